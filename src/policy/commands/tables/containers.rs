//! Containers.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "docker podman nerdctl docker.exe finch" "help
        opts -H --host -c --context -f --file -v --volume --mount -e --env --env-file -p --publish -w --workdir -u --user --name --network --net --entrypoint -l --label --label-file -m --memory --cpus --gpus --platform --pull --restart --add-host --cap-add --cap-drop \
        --device --security-opt --pid --ipc --userns --shm-size --tmpfs --hostname -h --ulimit --tag --build-arg --target --filter --format --profile -n --tail --since --until -o --output
        bare -f rm|rmi|prune|kill|logs|image|container|system|volume|network
        first 2 run|exec|create compose
        first 3 compose
        ps|images|logs|inspect|version|info|stats|top|port|history|search|diff|events : pure
        container|image|volume|network|compose|system ls|list|inspect|logs|ps|df|config|images|top : pure
        pull|push|login|build|buildx|search|update|commit : n
        push : !publish
        image|compose push : !publish
        system prune : !container-delete
        volume rm|remove|prune : !container-delete
        container|image|network|builder|buildx prune -a|--all : !container-delete
        cp : r1 w2
        rmi|rm -f|--force @*…* : !container-delete
        rm|rmi|kill|stop -H=tcp:*|-H=ssh:*|--host=tcp:*|--host=ssh:* : !container-delete
        rm -v|--volumes : !container-delete
        container rm -v|--volumes : !container-delete
        stop|kill -a|--all : !container-delete
        ps|images -q|--quiet !-f|--filter : +all
        container|image|volume|network ls|list -q|--quiet !-f|--filter : +all
        rm|kill|stop|rmi $ : all?container-delete
        container|image|volume|network rm|kill|stop|remove $ : all?container-delete
        system reset : !container-delete
        pod rm -a|--all : !container-delete
        build|buildx|bake --push : !publish
        volume|network|image|container prune -a|--all|-f|--force @… : !container-delete
        buildx|builder|manifest rm|prune @--all : !container-delete
        plugin|trust|context remove|revoke|rm : !container-delete
        compose kill|rm -v|-s : !container-delete
        save|export|build -o|--output : w=-o|--output
        compose down -v|--volumes|--rmi : !container-delete
        compose rm -v : !container-delete
        stack|service|secret|config|node|swarm rm|remove|leave|scale : !container-delete
        swarm leave : !container-delete
        run|create|container --privileged|--pid=host|--userns=host|--cap-add=*ADMIN*|--cap-add=ALL|--device=/dev/* : !container-escape
        run|exec|create --privileged : !container-escape
        run|create|container : &mounts
        run --entrypoint : S=--entrypoint &suspect
        run|create|exec : X2-
        container run|exec|create : X2-
        compose exec|run : X2- &suspect" [
        allow "docker ps", allow "docker build -t x .", allow "docker compose up -d", allow "docker run --rm -v $PWD:/w node:20 npm test", allow "docker compose down", allow "docker rm web", allow "docker exec web ls",
        prompt "docker system prune -af", prompt "docker volume rm data", prompt "docker compose down -v", prompt "docker run -v /:/host alpine ls", prompt "docker run --privileged alpine ls",
        deny "docker run -v /:/h alpine rm -rf /h/../", deny "docker exec web rm -rf /", prompt "docker -H tcp://prod:2375 rm -f web", prompt "docker compose exec -T db psql shop <<< 'DROP DATABASE shop'", deny "docker compose run --rm web rm -rf /", prompt "docker rm -f $(docker ps -aq)", prompt "docker push me/x",
    ]
    "docker-compose podman-compose" "opts -f --file -p --project-name --profile --env-file -e
        first 2 run|exec
        down -v|--volumes|--rmi : !container-delete
        rm -v : !container-delete
        push : !publish
        image push : !publish
        ps|logs|config|images|top : pure
        exec|run : X2-" [allow "docker-compose up -d", prompt "docker-compose down -v"]
    "buildah skopeo crane oras" "
        delete|rm|rmi -a|--all : !container-delete
        delete : !container-delete
        push|copy : !publish" [prompt "skopeo delete docker://x/y"]
    "crictl ctr lxc incus virsh multipass limactl colima VBoxManage qm pct" "
        rm|rmi|delete|destroy|undefine|unregistervm|purge|rmp : !container-delete
        image|images rm|remove|delete : !container-delete
        exec|shell 1 : X2-
        list|ls|ps|info : pure" [prompt "lxc delete x", prompt "virsh undefine x", prompt "multipass delete --purge x"]
    "nsenter" "opts -t --target
        : !container-escape" [prompt "nsenter -t 1 -m sh"]
};
