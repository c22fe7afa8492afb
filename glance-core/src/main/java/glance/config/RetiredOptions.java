package glance.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Options of the Image service that are accepted and change nothing, each with what became of it, so that existing files are
 * taken as they stand and real typing errors stand out.
 */
final class RetiredOptions {
    /** One line: section, options separated by blanks ({@code *} stands for any rest of a name), and what became of them. */
    private static final String TABLE = """
            DEFAULT | enforce_secure_rbac | removed; [oslo_policy] enforce_new_defaults decides
            DEFAULT | location_strategy | removed; store weights order locations
            DEFAULT | allow_additional_image_properties | removed; additional properties are always allowed
            DEFAULT | owner_is_tenant | removed; the owner is always the project
            DEFAULT | admin_role | removed; the policy rule context_is_admin decides
            DEFAULT | registry_* use_user_token send_identity_headers | glance-api reads it, which asks the registry
            DEFAULT | admin_user admin_password admin_tenant_name auth_* | glance-api reads it, which asks the registry
            DEFAULT | enable_v2_api | removed; API v2 is always served
            DEFAULT | enable_v1_registry enable_v2_registry | glance-registry reads it
            DEFAULT | allowed_rpc_exception_modules | fixed; glance-registry names upstream's own error classes alone
            DEFAULT | pipe_handle cache_prefetcher_interval sqlalchemy_debug | removed
            DEFAULT | secure_proxy_ssl_header | removed; [oslo_middleware] enable_proxy_headers_parsing replaces it
            DEFAULT | workers | not needed; one process uses all processors
            DEFAULT | lock_path | not needed; there are no lock files
            DEFAULT | worker_self_reference_url | its feature is not supported yet
            DEFAULT | digest_algorithm | unused since signatures name their own algorithm
            DEFAULT | enabled_import_methods node_staging_uri task_time_to_live | import is not supported yet
            DEFAULT | daemon restore | glance-scrubber reads it
            DEFAULT | image_cache_* | the image cache is not supported yet
            DEFAULT | default_publisher_id disabled_notifications transport_url | notifications are not supported yet
            DEFAULT | control_exchange notification_* rabbit_* | notifications are not supported yet
            DEFAULT | executor_thread_pool_size rpc_* conn_pool_* | there are no calls over messaging
            DEFAULT | pydev_worker_debug_host pydev_worker_debug_port | not applicable
            DEFAULT | log_config_append log_config | logging files of Python are not read; use the options of this section
            DEFAULT | log_rotation_type log_rotate_* max_logfile_* | rotate with logrotate and watch_log_file
            DEFAULT | use_journal log_color | not supported; see use_syslog
            DEFAULT | publish_errors fatal_deprecations instance_* use_eventlog | not applicable
            DEFAULT | verbose | removed; see debug
            DEFAULT | metadata_source_path | glance-manage reads it; this service does not
            DEFAULT | config_file config_dir config_source | given on the command line only
            DEFAULT | db_backend sql_* | the database pool needs no more than max_pool_size and pool_timeout
            DEFAULT | filesystem_store_* | unknown to the file store
            DEFAULT | swift_* default_swift_reference rbd_* rados_* s3_* https_* http_* | this store is not supported yet
            DEFAULT | cinder_* vmware_* stores | not supported here
            database | backend slave_connection synchronous_reader | there is one database
            database | min_pool_size | upstream takes no notice of it; see max_pool_size
            database | connection_debug connection_trace | see default_log_levels
            database | mysql_enable_ndb | NDB is not supported
            database | use_tpool asyncio_* | not applicable
            keystone_authtoken | signing_dir hash_algorithms check_revocations_for_cached | gone with PKI tokens
            keystone_authtoken | revocation_cache_time | gone with PKI tokens
            keystone_authtoken | memcache_* | tokens are cached in the process
            keystone_authtoken | enforce_token_bind cache | not applicable
            keystone_authtoken | * | not applicable
            oslo_messaging_notifications | * | notifications are not supported yet
            oslo_messaging_rabbit | * | notifications are not supported yet
            oslo_messaging_kafka | * | notifications are not supported yet
            oslo_messaging_amqp | * | its driver was removed
            rpc_notifier2 | * | notifications are not supported yet
            oslo_concurrency | * | not needed; there are no lock files
            oslo_middleware | max_request_body_size secure_proxy_ssl_header | its filter is in no pipeline
            oslo_reports | * | not supported; use jcmd
            profiler | * | not supported
            key_manager | * | signature verification is not supported yet
            barbican | * | signature verification is not supported yet
            barbican_service_user | * | signature verification is not supported yet
            vault | * | signature verification is not supported yet
            cinder | * | the cinder store is not supported
            os_brick | * | the cinder store is not supported
            vmware | * | the vmware store is not supported
            store_type_location_strategy | * | removed; store weights order locations
            glance_store | cinder_* rootwrap_config vmware_* os_region_name | this store is not supported
            glance_store | swift_* default_swift_reference rbd_* rados_* s3_* https_* http_* | this store is not supported yet
            glance_store | * | not supported yet
            backend_defaults | * | not supported yet
            os_glance_tasks_store | * | import is not supported yet
            image_import_opts | * | import is not supported yet
            import_filtering_opts | * | import is not supported yet
            inject_metadata_properties | * | import is not supported yet
            image_conversion | * | import is not supported yet
            glance_download_properties | * | import is not supported yet
            image_format | vmdk_allowed_types require_image_format_match gpt_safety_checks_nonfatal | import is not supported yet
            task | * | tasks are not supported yet
            taskflow_executor | * | tasks are not supported yet
            wsgi | * | not applicable
            paste_deploy | * | not applicable
            """;

    private record Entry(String section, List<String> names, String fate) {
        boolean covers(String otherSection, String name) {
            return section.equals(otherSection) && names.stream().anyMatch(pattern -> matches(pattern, name));
        }

        private static boolean matches(String pattern, String name) {
            return pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern);
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    RetiredOptions() {
        TABLE.lines().forEach(line -> {
            String[] fields = line.split(" \\| ", 3);
            entries.add(new Entry(fields[0], List.of(fields[1].split(" ")), fields[2]));
        });
    }

    boolean hasSection(String section) {
        return entries.stream().anyMatch(entry -> entry.section().equals(Names.fold(section)));
    }

    /**
     * What became of the option; empty when it was never one.
     *
     * @param wholeSections whether a row for all options of a section counts: not when some of them are declared, since then a
     *     name that is not may be a typing error
     */
    Optional<String> find(String section, String name, boolean wholeSections) {
        return entries.stream()
                .filter(entry -> wholeSections || !entry.names().contains("*"))
                .filter(entry -> entry.covers(Names.fold(section), name))
                .map(Entry::fate)
                .findFirst();
    }
}
