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
            DEFAULT | data_api registry_* use_user_token send_identity_headers | removed with the separate registry
            DEFAULT | admin_user admin_password admin_tenant_name auth_url auth_strategy auth_region | removed with the separate registry
            DEFAULT | enable_v1_api enable_v2_api enable_v1_registry enable_v2_registry | removed; the newest API is always on
            DEFAULT | pipe_handle | removed; it served another operating system
            DEFAULT | cache_prefetcher_interval | not supported yet
            DEFAULT | lock_path | not needed; no lock files are used
            DEFAULT | sqlalchemy_debug | removed
            DEFAULT | secure_proxy_ssl_header | removed; [oslo_middleware] enable_proxy_headers_parsing replaces it
            DEFAULT | backlog workers max_header_line http_keepalive client_socket_timeout tcp_keepidle | not supported yet
            DEFAULT | cert_file key_file ca_file | not supported yet; put a TLS proxy in front
            DEFAULT | public_endpoint worker_self_reference_url allow_anonymous_access max_request_id_length | not supported yet
            DEFAULT | api_limit_max limit_param_default show_image_direct_url show_multiple_locations | not supported yet
            DEFAULT | hashing_algorithm do_secure_hash http_retries metadata_encryption_key use_keystone_limits | not supported yet
            DEFAULT | digest_algorithm | unused since signatures name their own algorithm
            DEFAULT | enabled_import_methods node_staging_uri enabled_backends | not supported yet
            DEFAULT | delayed_delete scrub_time scrub_pool_size daemon wakeup_time restore | not supported yet
            DEFAULT | image_cache_* | not supported yet
            DEFAULT | property_protection_file property_protection_rule_format | not supported yet
            DEFAULT | default_publisher_id disabled_notifications transport_url control_exchange | notifications are not supported yet
            DEFAULT | notification_driver notification_transport_url notification_topics rabbit_* | notifications are not supported yet
            DEFAULT | executor_thread_pool_size rpc_* conn_pool_* | remote calls over messaging are not used
            DEFAULT | pydev_worker_debug_host pydev_worker_debug_port | not applicable
            DEFAULT | use_eventlog verbose | removed; see debug
            DEFAULT | container_formats disk_formats task_time_to_live | not supported yet
            DEFAULT | metadata_source_path | not supported yet
            DEFAULT | config_file config_dir config_source | given on the command line only
            DEFAULT | db_backend filesystem_store_* swift_* default_swift_reference rbd_store_* rados_* s3_store_* | not supported yet
            DEFAULT | cinder_* vmware_* default_store known_stores stores | not supported
            database | backend | there is one
            database | slave_connection max_overflow use_db_reconnect db_* | not supported yet
            database | connection_debug connection_trace connection_parameters mysql_* | not supported yet
            database | connection_recycle_time idle_timeout max_retries retry_interval | concern database servers, not supported yet
            DATABASE | * | not supported yet
            sql | idle_timeout | not supported yet
            DEFAULT | sql_* | not supported yet
            database | use_tpool min_pool_size asyncio_* synchronous_reader | not applicable
            keystone_authtoken | signing_dir hash_algorithms check_revocations_for_cached revocation_cache_time | gone with PKI tokens
            keystone_authtoken | memcache_pool_* memcache_use_advanced_pool enforce_token_bind cache | not applicable
            keystone_authtoken | * | not supported yet
            oslo_policy | * | not supported yet
            oslo_limit | * | unified limits are not supported yet
            oslo_messaging_notifications | * | notifications are not supported yet
            oslo_messaging_rabbit | * | notifications are not supported yet
            oslo_messaging_kafka | * | notifications are not supported yet
            oslo_messaging_amqp | * | its driver was removed
            rpc_notifier2 | * | notifications are not supported yet
            oslo_concurrency | * | not needed; no lock files are used
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
            glance_store | * | not supported yet
            backend_defaults | * | not supported yet
            os_glance_staging_store | * | not supported yet
            os_glance_tasks_store | * | not supported yet
            image_import_opts | * | interoperable import is not supported yet
            import_filtering_opts | * | interoperable import is not supported yet
            inject_metadata_properties | * | interoperable import is not supported yet
            image_conversion | * | interoperable import is not supported yet
            glance_download_properties | * | interoperable import is not supported yet
            task | * | tasks are not supported yet
            taskflow_executor | * | tasks are not supported yet
            wsgi | * | not applicable
            image_format | * | not supported yet
            cors | * | not supported yet
            healthcheck | * | not supported yet
            paste_deploy | * | not supported yet
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
