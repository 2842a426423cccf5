//! Databases.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "psql pgcli cockroach" "opts -c -d -h -U -p -f -v -o --command --dbname --host --username --port --file --set -e --execute
        : n
        -c|--command|-e|--execute : csql:=-c|--command|-e|--execute
        -f|--file : fsql:=-f|--file
        < : csql:<" [allow "psql -c 'select 1'", prompt "psql -c 'DROP TABLE users'", prompt "psql -d x -c 'delete from users'", prompt "echo 'drop database x' | psql", allow "psql -c 'delete from t where id=1'"]
    "mysql mariadb mycli" "opts -e -u -h -P -D --execute --user --host --port --database
        : n
        -e|--execute : csql:=-e|--execute
        < : csql:<" [allow "mysql -e 'show tables'", prompt "mysql -u root -e 'DROP DATABASE prod'", prompt "mysql -e 'truncate table x'"]
    "sqlite3 sqlite duckdb litecli" "opts -cmd -init -c
        dash1
        1 : w1
        : csql:2-
        -cmd|-c : csql:=-cmd|-c
        < : csql:<" [allow "sqlite3 x.db 'select 1'", prompt "sqlite3 x.db 'drop table t'"]
    "sqlcmd isql osql bcp usql clickhouse-client clickhouse trino presto snowsql cqlsh db2 sqlplus" "opts -Q -q -e --query --execute -S -d -U -P -c
        : n
        -Q|-q|-e|--query|--execute|-c : csql:=-Q|-q|-e|--query|--execute|-c
        < : csql:<" [prompt "sqlcmd -Q 'DROP DATABASE x'", prompt "cqlsh -e 'DROP KEYSPACE x'"]
    "redis-cli valkey-cli" "opts -h -p -a -n -u --pass --user
        : n
        FLUSHALL|FLUSHDB|flushall|flushdb|FlushAll|SHUTDOWN|shutdown|debug|DEBUG|replicaof|REPLICAOF|slaveof|SLAVEOF : !database-delete
        eval|EVAL @*flush*|*FLUSH* : !database-delete
        acl|ACL|script|SCRIPT|cluster|CLUSTER|functions deluser|DELUSER|flush|FLUSH|reset|RESET|forget : !database-delete
        del|DEL|unlink @*…* : !database-delete
        config|CONFIG set|SET : !system-write
        < : csql:<" [allow "redis-cli get x", prompt "redis-cli FLUSHALL", prompt "redis-cli -h x flushdb"]
    "mongosh mongo" "opts --eval --host --port -u -p
        : n
        --eval : csql:=--eval
        !@mongodb*://* : fsql:*
        < : csql:<" [allow "mongosh --eval 'db.x.find()'", allow "mongosh mongodb://localhost/x --eval 'db.x.find()'", prompt "mongosh x --eval 'db.dropDatabase()'", prompt "mongo --eval 'db.users.drop()'"]
    "dropdb dropuser dropindex" ": !database-delete" [prompt "dropdb prod"]
    "mysqladmin" "opts -u -h -P --user --host --port
        drop|shutdown|kill : !database-delete" [prompt "mysqladmin -f drop prod"]
    "pg_dump pg_dumpall mysqldump mongodump" "opts -f --file -h -U -d -p
        : n
        -f|--file : w=-f|--file" [allow "pg_dump -f x.sql x"]
    "pg_restore mongorestore" "opts -d -h -U
        : n
        -c|--clean|--drop : !database-delete" [prompt "pg_restore --clean -d prod x.dump", prompt "mongorestore --drop x"]
    "pg_resetwal" ": !database-delete" [prompt "pg_resetwal -f /var/lib/postgresql/data"]
    "pg_ctl initdb" "opts -D -m -l --pgdata
        stop|restart|kill : !power" [prompt "pg_ctl stop -m fast"]
    "pg_ctlcluster pg_dropcluster pg_upgradecluster" ": !database-delete" [prompt "pg_dropcluster 15 main", prompt "pg_ctlcluster 15 main stop"]
    "prisma" "migrate reset : !database-delete
        db push --force-reset|--accept-data-loss : !database-delete
        migrate deploy : !deploy
        db execute --stdin : csql:<" [allow "prisma generate", prompt "prisma migrate reset --force", prompt "prisma db push --force-reset"]
    "rails rake bin/rails" ": &builds
        @db:drop*|db:reset|db:purge|db:schema:load|db:migrate:reset|db:truncate*|db:seed:replant : !database-delete
        runner|r 1 : crb:1" [allow "rails db:migrate", prompt "rails db:drop", prompt "rake db:reset"]
    "sequelize sequelize-cli knex typeorm drizzle-kit mikro-orm" "@*drop*|*:undo:all : !database-delete
        @migrate:rollback --all : !database-delete" [prompt "sequelize db:drop", prompt "typeorm schema:drop"]
    "artisan" "opts --execute
        tinker --execute : cphp:=--execute
        @migrate:fresh|migrate:reset|db:wipe|migrate:refresh : !database-delete" [prompt "php artisan migrate:fresh"]
    "manage.py django-admin" "opts -c --command --settings
        flush|reset_db|sqlflush : !database-delete
        migrate @zero : !database-delete
        shell -c|--command : cpy:=-c|--command" [allow "python manage.py migrate", prompt "python manage.py flush --no-input"]
    "alembic flyway liquibase goose dbmate atlas migrate sqlx diesel sea-orm-cli hasura" "downgrade base : !database-delete
        clean|drop|drop-all|dropAll|reset|down-to|down : !database-delete
        metadata|clusters|projects clear|delete : !database-delete
        database|db|migration|migrate drop|reset|down|redo|revert|fresh|refresh : !database-delete
        schema clean : !database-delete" [allow "alembic upgrade head", prompt "alembic downgrade base", prompt "flyway clean", prompt "dbmate drop"]
    "console" "@doctrine:*:drop|doctrine:fixtures:load|*:drop : !database-delete" [prompt "php bin/console doctrine:database:drop --force"]
    "wp drush magento flask" "db|site|sql reset|drop|clean|empty|downgrade : !database-delete
        sql-drop|sql:drop|setup:uninstall|site:install|si : !database-delete" [prompt "wp db reset --yes", prompt "drush sql-drop -y", allow "flask db upgrade"]
    "influx influxd mongotop cbq couchbase-cli neo4j-admin cypher-shell rethinkdb arangosh orientdb clickhouse-local" "opts -e --eval --query -c -execute -d --bucket -b
        dash1
        : n
        delete : !database-delete
        bucket|org|database|db delete|drop|wipe : !database-delete
        -e|--eval|--query|-c|-execute : csql:=-e|--eval|--query|-c|-execute
        : csql:*
        @bucket-delete|server-*|failover|bucket-flush|database @drop*|*delete*|*flush* : !database-delete" [prompt "influx bucket delete -n x"]
    "kafka-configs kafka-configs.sh kafka-delete-records kafka-delete-records.sh kafka-acls zookeeper-shell zkCli.sh rpk kcat kafkactl" "--delete|--remove|--offset-json-file : !database-delete
        topic|group|consumergroup delete|trim-prefix : !database-delete
        @deleteall|rmr|delete : !database-delete" [prompt "rpk topic delete x"]
    "nats pulsar-admin" "stream|consumer|kv|object|topics|namespaces|tenants rm|delete|purge|del : !database-delete" [prompt "nats stream rm x -f"]
    "curator elasticdump es" "delete*|--delete : !database-delete" [prompt "curator delete indices"]
    "dbt" "run-operation : !database-delete
        run|build --full-refresh : !database-delete" [allow "dbt run", prompt "dbt run --full-refresh"]
    "nodetool" "decommission|drain|removenode|clearsnapshot|truncatehints|assassinate : !database-delete" [prompt "nodetool decommission"]
    "elasticsearch-cli kafka-consumer-groups kafka-consumer-groups.sh etcdctl kafka-topics kafka-topics.sh rabbitmqadmin rabbitmqctl" "del|delete|purge|reset|delete_*|purge_*|force_reset|stop|stop_app : !database-delete
        --delete : !database-delete" [prompt "etcdctl del --prefix /", prompt "kafka-topics --delete --topic x", prompt "rabbitmqctl reset"]
};
