# bash completion of the glance command, made from its declarations.
_glance() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case " help add-location cache-clear cache-delete cache-list cache-queue explain image-create image-create-via-import image-deactivate image-delete image-download image-import image-list image-reactivate image-show image-stage image-tag-delete image-tag-update image-tasks image-update image-upload import-info list-locations location-add location-delete location-update md-namespace-create md-namespace-delete md-namespace-import md-namespace-list md-namespace-objects-delete md-namespace-properties-delete md-namespace-resource-type-list md-namespace-show md-namespace-tags-delete md-namespace-update md-object-create md-object-delete md-object-list md-object-property-show md-object-show md-object-update md-property-create md-property-delete md-property-list md-property-show md-property-update md-resource-type-associate md-resource-type-deassociate md-resource-type-list md-tag-create md-tag-create-multiple md-tag-delete md-tag-list md-tag-show md-tag-update member-create member-delete member-get member-list member-update stores-delete stores-info task-create task-list task-show usage " in
            *" ${COMP_WORDS[i]} "*) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    COMPREPLY=()
    case $previous in
        --file|--os-cacert|--os-cert|--os-key|--ca-file|--cert-file|--key-file) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --format|-f) mapfile -t COMPREPLY < <(compgen -W "csv json table value yaml" -- "$word"); return ;;
        --target) mapfile -t COMPREPLY < <(compgen -W "both cache queue" -- "$word"); return ;;
        --sort-key) mapfile -t COMPREPLY < <(compgen -W "name status container_format disk_format size id created_at updated_at" -- "$word"); return ;;
        --sort-dir) mapfile -t COMPREPLY < <(compgen -W "asc desc" -- "$word"); return ;;
        --sort-key) mapfile -t COMPREPLY < <(compgen -W "id type status" -- "$word"); return ;;
    esac
    local words
    case $command in
        '') words="help bash-completion add-location cache-clear cache-delete cache-list cache-queue explain image-create image-create-via-import image-deactivate image-delete image-download image-import image-list image-reactivate image-show image-stage image-tag-delete image-tag-update image-tasks image-update image-upload import-info list-locations location-add location-delete location-update md-namespace-create md-namespace-delete md-namespace-import md-namespace-list md-namespace-objects-delete md-namespace-properties-delete md-namespace-resource-type-list md-namespace-show md-namespace-tags-delete md-namespace-update md-object-create md-object-delete md-object-list md-object-property-show md-object-show md-object-update md-property-create md-property-delete md-property-list md-property-show md-property-update md-resource-type-associate md-resource-type-deassociate md-resource-type-list md-tag-create md-tag-create-multiple md-tag-delete md-tag-list md-tag-show md-tag-update member-create member-delete member-get member-list member-update stores-delete stores-info task-create task-list task-show usage --version --debug -d --verbose -v --get-schema --force -f --os-image-url --os-image-api-version --os-region-name --os-auth-token --os-service-type --os-endpoint-type --os-cloud --insecure -k --os-cacert --ca-file --os-cert --cert-file --os-key --key-file --timeout --os-auth-type --os-auth-plugin --os-auth-url --os-username --os-user-id --os-password --os-user-domain-id --os-user-domain-name --os-project-id --os-tenant-id --os-project-name --os-tenant-name --os-project-domain-id --os-project-domain-name --os-default-domain-id --os-default-domain-name --os-domain-id --os-domain-name --os-system-scope --os-trust-id --os-application-credential-id --os-application-credential-name --os-application-credential-secret" ;;
        help) words="add-location cache-clear cache-delete cache-list cache-queue explain image-create image-create-via-import image-deactivate image-delete image-download image-import image-list image-reactivate image-show image-stage image-tag-delete image-tag-update image-tasks image-update image-upload import-info list-locations location-add location-delete location-update md-namespace-create md-namespace-delete md-namespace-import md-namespace-list md-namespace-objects-delete md-namespace-properties-delete md-namespace-resource-type-list md-namespace-show md-namespace-tags-delete md-namespace-update md-object-create md-object-delete md-object-list md-object-property-show md-object-show md-object-update md-property-create md-property-delete md-property-list md-property-show md-property-update md-resource-type-associate md-resource-type-deassociate md-resource-type-list md-tag-create md-tag-create-multiple md-tag-delete md-tag-list md-tag-show md-tag-update member-create member-delete member-get member-list member-update stores-delete stores-info task-create task-list task-show usage" ;;
        add-location) words="--help --url --validation-data --format -f --column -c" ;;
        cache-clear) words="--help --target" ;;
        cache-delete) words="--help " ;;
        cache-list) words="--help --format -f --column -c" ;;
        cache-queue) words="--help " ;;
        explain) words="--help --format -f --column -c" ;;
        image-create) words="--help --architecture --protected --name --instance-uuid --min-disk --visibility --kernel-id --tags --os-version --disk-format --os-distro --id --owner --ramdisk-id --min-ram --container-format --hidden --property --file --size --progress --store --format -f --column -c" ;;
        image-create-via-import) words="--help --architecture --protected --name --instance-uuid --min-disk --visibility --kernel-id --tags --os-version --disk-format --os-distro --id --owner --ramdisk-id --min-ram --container-format --hidden --property --file --progress --import-method --uri --remote-region --remote-image-id --remote-service-interface --store --stores --all-stores --allow-failure --format -f --column -c" ;;
        image-deactivate) words="--help " ;;
        image-delete) words="--help " ;;
        image-download) words="--help --allow-md5-fallback --file --progress --prefer" ;;
        image-import) words="--help --import-method --uri --remote-region --remote-image-id --remote-service-interface --store --stores --all-stores --allow-failure --format -f --column -c" ;;
        image-list) words="--help --limit --page-size --visibility --member-status --owner --property-filter --checksum --hash --tag --sort-key --sort-dir --sort --hidden --include-stores --format -f --column -c" ;;
        image-reactivate) words="--help " ;;
        image-show) words="--help --human-readable --max-column-width --format -f --column -c" ;;
        image-stage) words="--help --file --size --progress" ;;
        image-tag-delete) words="--help " ;;
        image-tag-update) words="--help --format -f --column -c" ;;
        image-tasks) words="--help --format -f --column -c" ;;
        image-update) words="--help --architecture --protected --name --instance-uuid --min-disk --visibility --kernel-id --os-version --disk-format --os-distro --owner --ramdisk-id --min-ram --container-format --hidden --property --remove-property --format -f --column -c" ;;
        image-upload) words="--help --file --size --progress --store" ;;
        import-info) words="--help --format -f --column -c" ;;
        list-locations) words="--help --format -f --column -c" ;;
        location-add) words="--help --url --metadata --checksum --hash-algo --hash-value --format -f --column -c" ;;
        location-delete) words="--help --url" ;;
        location-update) words="--help --url --metadata --format -f --column -c" ;;
        md-namespace-create) words="--help --owner --protected --visibility --description --display-name --format -f --column -c" ;;
        md-namespace-delete) words="--help " ;;
        md-namespace-import) words="--help --file --format -f --column -c" ;;
        md-namespace-list) words="--help --resource-types --visibility --page-size --format -f --column -c" ;;
        md-namespace-objects-delete) words="--help " ;;
        md-namespace-properties-delete) words="--help " ;;
        md-namespace-resource-type-list) words="--help --format -f --column -c" ;;
        md-namespace-show) words="--help --resource-type --max-column-width --format -f --column -c" ;;
        md-namespace-tags-delete) words="--help " ;;
        md-namespace-update) words="--help --owner --protected --visibility --description --display-name --namespace --format -f --column -c" ;;
        md-object-create) words="--help --name --schema --format -f --column -c" ;;
        md-object-delete) words="--help " ;;
        md-object-list) words="--help --format -f --column -c" ;;
        md-object-property-show) words="--help --max-column-width --format -f --column -c" ;;
        md-object-show) words="--help --max-column-width --format -f --column -c" ;;
        md-object-update) words="--help --name --schema --format -f --column -c" ;;
        md-property-create) words="--help --name --title --type --schema --format -f --column -c" ;;
        md-property-delete) words="--help " ;;
        md-property-list) words="--help --format -f --column -c" ;;
        md-property-show) words="--help --max-column-width --format -f --column -c" ;;
        md-property-update) words="--help --name --title --type --schema --format -f --column -c" ;;
        md-resource-type-associate) words="--help --name --prefix --properties-target --format -f --column -c" ;;
        md-resource-type-deassociate) words="--help " ;;
        md-resource-type-list) words="--help --format -f --column -c" ;;
        md-tag-create) words="--help --name --format -f --column -c" ;;
        md-tag-create-multiple) words="--help --names --delim --append --format -f --column -c" ;;
        md-tag-delete) words="--help " ;;
        md-tag-list) words="--help --format -f --column -c" ;;
        md-tag-show) words="--help --format -f --column -c" ;;
        md-tag-update) words="--help --name --format -f --column -c" ;;
        member-create) words="--help --format -f --column -c" ;;
        member-delete) words="--help " ;;
        member-get) words="--help --format -f --column -c" ;;
        member-list) words="--help --image-id --format -f --column -c" ;;
        member-update) words="--help --format -f --column -c" ;;
        stores-delete) words="--help --store" ;;
        stores-info) words="--help --detail --format -f --column -c" ;;
        task-create) words="--help --type --input --format -f --column -c" ;;
        task-list) words="--help --sort-key --sort-dir --page-size --type --status --format -f --column -c" ;;
        task-show) words="--help --format -f --column -c" ;;
        usage) words="--help --format -f --column -c" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o filenames -F _glance glance
