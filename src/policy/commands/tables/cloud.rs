//! Clouds and infrastructure: what deletes, what goes live, what gives secrets away.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "terraform tofu terragrunt" "help
        dash1
        opts -chdir -var -var-file -target
        state pull : !secret-read
        destroy : !cloud-delete
        apply -destroy : !cloud-delete
        apply|taint|import : !deploy
        run-all apply|destroy : !cloud-delete
        state rm|push|mv|replace-provider : !history-rewrite
        force-unlock : !safety-off
        workspace delete : !cloud-delete
        plan|validate|fmt|show|version|providers|graph|output : pure
        init|get : n" [allow "terraform plan", allow "terraform init", prompt "terraform destroy -auto-approve", prompt "terraform -chdir=x destroy", prompt "terraform apply", prompt "terraform state rm x"]
    "pulumi" "destroy|down : !cloud-delete
        up|update : !deploy
        stack rm : !cloud-delete
        state delete|unprotect|rename|move : !history-rewrite
        --show-secrets : !secret-read
        preview : pure" [prompt "pulumi destroy -y", allow "pulumi preview"]
    "aws" "help
        opts --profile --region --query --output --endpoint-url --cli-input-json --desired-capacity --desired-count --min-size
        : n
        * describe-*|list-*|get-caller-identity|head-* : pure
        s3 ls : pure
        s3 rm|rb|mv : !cloud-delete
        s3 cp|sync|mv : r1
        s3 sync --delete : !cloud-delete
        s3api|* *delete-*|leave-*|cancel-*|terminate-*|remove-*|purge-*|deregister-*|disable-*|stop-*|reboot-*|detach-*|revoke-*|release-*|schedule-key-deletion|put-bucket-policy|put-bucket-acl|modify-*|reset-* : !cloud-delete
        * create-access-key|create-login-profile|attach-user-policy|put-user-policy|attach-role-policy|update-assume-role-policy|create-user|add-user-to-group|authorize-* : !privilege
        secretsmanager get-secret-value|batch-get-secret-value : !secret-read
        ssm get-parameter|get-parameters|get-parameters-by-path --with-decryption : !secret-read
        configure|sts get|get-session-token|export-credentials|assume-role|get-secret : !secret-read
        !@update-kubeconfig * create-*|update-*|deploy|run-*|change-*|put-*|start-* !--dry-run : !deploy
        ssm send-command : !unknown-code
        s3 website|presign : !publish" [
        allow "aws s3 ls", allow "aws ec2 describe-instances", prompt "aws s3 rm s3://b --recursive", prompt "aws s3 rb s3://b --force", prompt "aws ec2 terminate-instances --instance-ids i-1",
        prompt "aws rds delete-db-instance --db-instance-identifier x", prompt "aws secretsmanager get-secret-value --secret-id x", prompt "aws cloudformation delete-stack --stack-name x"]
    "gcloud gsutil bq" "help
        opts --project --zone --region --format --filter -p
        : n
        @delete|remove|rm|rb|reset|undelete|destroy|purge|disable|remove-iam-policy-binding|abandon : !cloud-delete
        @add-iam-policy-binding|set-iam-policy|create-key*|keys : !privilege
        @firewall-rules @create|update : !safety-off
        query : csql:*
        @deploy|ssh|apply|update : !deploy
        auth application-default print-access-token : !secret-read
        auth|secrets print-access-token|print-identity-token|print-refresh-token : !secret-read
        secrets versions access : !secret-read
        @list|describe|ls|version|info : pure
        cp|mv|rsync =gs://* : !upload
        -r|-f rm : !cloud-delete" [allow "gcloud compute instances list", prompt "gcloud projects delete x", prompt "gsutil -m rm -r gs://b", prompt "gcloud sql instances delete x -q", prompt "bq rm -r -f d"]
    "az" "opts -g -n --name --resource-group --subscription --query -o --output
        : n
        @delete|purge|remove|deallocate|delete-batch|stop|restart|revoke : !cloud-delete
        @list|show : pure
        keyvault secret show|download : !secret-read
        account get-access-token : !secret-read
        @list-keys|list-credentials|get-credentials : !secret-read
        role assignment create : !privilege
        ad sp create-for-rbac|reset : !privilege
        @invoke : &suspect
        @deploy|up|create|update : !deploy" [allow "az vm list", prompt "az group delete -n x --yes", prompt "az keyvault secret show -n x"]
    "cf shopify rancher kubeadm talosctl atlas-cli s3cmd s5cmd mc istioctl linkerd velero doctl linode-cli hcloud scw vultr-cli ibmcloud oci exo civo openstack nova yc aliyun tccli" "
        : n
        @delete*|*-delete|del|rm|rb|d|reset|remove|destroy|terminate|purge|rebuild|power-off|poweroff|shutdown|uninstall : !cloud-delete
        @list|ls|show|get|describe : pure" [prompt "doctl compute droplet delete 1 -f", prompt "hcloud server delete x", prompt "openstack server delete x"]
    "heroku fly flyctl vercel netlify railway wrangler firebase surge supabase amplify eb render now amplify-cli sst serverless sls cdk copilot sam zappa chalice pscale neonctl turso" "opts -a --app -t --token
        : n
        @*destroy*|*delete*|*remove|*:clear|clear|*detach|*:down|*=0|rm|*:unset|unset|*:reset|reset|apps:destroy|pg:reset|unlink|terminate|*:disable|*-delete|rollback|drop : !cloud-delete
        deploy|publish|up|release|promote|ship|hosting:* : !deploy
        --prod|--production : !deploy
        config 0 : !secret-read
        auth:token|*:credentials : !secret-read
        run|ssh|exec : &suspect
        down : !cloud-delete
        config|secret|secrets|env get|pull|list : !secret-read
        db push|reset --linked : !database-delete
        sites|apps|list|status|logs|whoami : pure" [prompt "heroku apps:destroy -a x --confirm x", prompt "heroku pg:reset -a x", prompt "fly apps destroy x", prompt "vercel rm x --yes", prompt "firebase deploy", prompt "wrangler delete", prompt "cdk destroy", prompt "sls remove"]
    "kubectl oc microk8s.kubectl k" "help
        opts -n --namespace --context -f --filename -l --selector -o --output --kubeconfig --replicas -c -p --patch --cluster --user --image --overrides
        : n
        rollout status|history : pure
        cp : r1 w-1
        get|describe|logs|explain|top|version|api-resources|cluster-info|diff|auth|config : pure
        delete !--dry-run : !container-delete
        drain|cordon|taint|evict : !container-delete
        replace --force : !container-delete
        scale --replicas=0 : !container-delete
        apply|create|patch|replace|set|edit|label|annotate|expose|autoscale|scale !--dry-run : !deploy
        rollout restart|undo|pause|resume : !deploy
        apply --prune : !container-delete
        get secret|secrets|secret/*|secrets/* -o|--output : !secret-read
        get @secret/*|secrets/*|secret|secrets -o|--output : !secret-read
        exec : X2-
        run --overrides=*host*|--overrides=*rivileged*|--privileged : !container-escape
        debug node/* : !privilege
        create clusterrolebinding|rolebinding|token : !privilege
        config view --raw : !secret-read
        config delete-*|unset : !secret-write" [allow "kubectl get pods", allow "kubectl logs x", prompt "kubectl delete ns prod", prompt "kubectl apply -f x.yaml", prompt "kubectl -n x delete pod --all", deny "kubectl exec x -- rm -rf /", prompt "kubectl get secret x -o yaml", prompt "kubectl drain n1"]

    "helm helmfile flux argocd kustomize skaffold eksctl kops kind minikube k3d" "opts -n --namespace -f --values --kube-context --set
        uninstall|delete|del|destroy|purge : !container-delete
        app|cluster|clusters|nodegroup delete|rollback|remove : !container-delete
        app sync|set|patch|terminate-op : !deploy
        install|upgrade|rollback|sync|apply|deploy|run|reconcile !--dry-run : !deploy
        push : !publish
        list|ls|template|lint|status|show|get|diff|build|history : pure
        create|start|stop|dev : n" [allow "helm template .", prompt "helm uninstall x", prompt "helm upgrade x .", prompt "argocd app delete x"]
    "puppet salt chef-client knife" "apply|agent|*.highstate|cmd.run|delete|bootstrap : !deploy" [prompt "puppet apply x.pp", allow "puppet parser validate x.pp"]
    "ansible ansible-playbook" "opts -i -m -a -e -l -u --limit
        !--check|--syntax-check|--list-hosts|-C : !deploy
        -m=shell|-m=command|-m=raw -a : S=-a
        -a : S=-a" [prompt "ansible-playbook site.yml", allow "ansible-playbook --check site.yml", deny "ansible all -m shell -a 'rm -rf /'"]
    "restic borg kopia duplicity" "opts -r --repo --keep-last --keep-daily --keep-weekly -H --tag
        forget|prune|delete|remove-all-but-n-full|snapshot !--dry-run|-n : !cloud-delete" [prompt "restic forget --keep-last 1 --prune", allow "restic snapshots"]
    "vagrant packer nomad consul vault-admin boundary" "destroy|halt : !cloud-delete
        job stop|run : !deploy
        kv delete : !cloud-delete
        ssh : &suspect
        up|build : n" [prompt "vagrant destroy -f", prompt "nomad job stop x", prompt "consul kv delete -recurse x"]
};
