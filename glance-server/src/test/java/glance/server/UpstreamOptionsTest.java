package glance.server;

import static org.assertj.core.api.Assertions.assertThat;

import glance.config.ConfigurationFiles;
import glance.config.Finding;
import glance.config.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Existing files must not drown their owners in warnings: no option of any release of the Image service is unknown. */
class UpstreamOptionsTest {
    private static final String OPTIONS = """
            DEFAULT bind_host bind_port backlog workers max_header_line http_keepalive client_socket_timeout tcp_keepidle cert_file
            DEFAULT key_file ca_file public_endpoint worker_self_reference_url secure_proxy_ssl_header allow_anonymous_access
            DEFAULT max_request_id_length api_limit_max limit_param_default image_size_cap user_storage_quota use_keystone_limits
            DEFAULT image_member_quota image_property_quota image_tag_quota image_location_quota show_image_direct_url
            DEFAULT show_multiple_locations hashing_algorithm do_secure_hash http_retries metadata_encryption_key digest_algorithm
            DEFAULT enabled_import_methods node_staging_uri enabled_backends delayed_delete scrub_time scrub_pool_size
            DEFAULT image_cache_dir image_cache_driver image_cache_max_size image_cache_stall_time image_cache_sqlite_db
            DEFAULT property_protection_file property_protection_rule_format default_publisher_id disabled_notifications
            DEFAULT transport_url control_exchange executor_thread_pool_size rpc_response_timeout rpc_ping_enabled
            DEFAULT pydev_worker_debug_host pydev_worker_debug_port enforce_secure_rbac location_strategy admin_role data_api
            DEFAULT allow_additional_image_properties owner_is_tenant enable_v1_api enable_v2_api enable_v1_registry
            DEFAULT enable_v2_registry registry_host registry_port registry_client_protocol registry_client_timeout pipe_handle
            DEFAULT cache_prefetcher_interval lock_path sqlalchemy_debug use_user_token send_identity_headers auth_strategy
            DEFAULT auth_region auth_url admin_user admin_password admin_tenant_name
            DEFAULT debug verbose log_config_append log_config log_file logfile log_dir logdir log_date_format watch_log_file
            DEFAULT use_syslog syslog_log_facility use_journal use_json use_stderr log_color log_rotation_type use_eventlog
            DEFAULT log_rotate_interval log_rotate_interval_type max_logfile_count max_logfile_size_mb publish_errors
            DEFAULT logging_context_format_string logging_default_format_string logging_debug_format_suffix instance_format
            DEFAULT logging_exception_prefix logging_user_identity_format default_log_levels fatal_deprecations
            DEFAULT rate_limit_interval rate_limit_burst rate_limit_except_level instance_uuid_format
            DEFAULT sql_connection db_backend sql_idle_timeout sql_max_pool_size sql_max_retries sql_retry_interval
            DEFAULT sql_max_overflow sql_connection_debug sql_connection_trace sqlite_synchronous
            DEFAULT notification_driver notification_transport_url notification_topics rabbit_host rabbit_password
            DEFAULT container_formats disk_formats task_time_to_live metadata_source_path daemon wakeup_time restore
            DEFAULT filesystem_store_datadir swift_store_auth_address rbd_store_pool s3_store_bucket default_store known_stores
            database connection slave_connection backend connection_recycle_time idle_timeout max_pool_size max_overflow
            database max_retries retry_interval pool_timeout connection_debug connection_trace connection_parameters
            database mysql_sql_mode mysql_wsrep_sync_wait sqlite_synchronous use_db_reconnect db_retry_interval
            database db_inc_retry_interval db_max_retry_interval db_max_retries mysql_enable_ndb use_tpool min_pool_size
            database asyncio_connection asyncio_slave_connection synchronous_reader
            DATABASE sql_connection sql_idle_timeout sql_max_pool_size sqlalchemy_max_overflow sql_max_retries
            DATABASE reconnect_interval sqlalchemy_pool_timeout
            sql connection idle_timeout
            keystone_authtoken auth_type auth_plugin auth_section auth_url username user_name user-name user_id password
            keystone_authtoken user_domain_name user_domain_id default_domain_name default_domain_id project_name tenant_name
            keystone_authtoken tenant-name project_id tenant_id project_domain_name project_domain_id domain_id domain_name
            keystone_authtoken system_scope trust_id application_credential_id application_credential_name auth_uri
            keystone_authtoken application_credential_secret www_authenticate_uri auth_version interface region_name
            keystone_authtoken delay_auth_decision http_connect_timeout http_request_max_retries cafile certfile keyfile
            keystone_authtoken insecure memcached_servers memcache_servers token_cache_time memcache_security_strategy
            keystone_authtoken memcache_secret_key memcache_pool_dead_retry memcache_pool_maxsize memcache_use_advanced_pool
            keystone_authtoken memcache_sasl_enabled memcache_username memcache_password memcache_tls_enabled
            keystone_authtoken include_service_catalog service_token_roles service_token_roles_required service_type
            keystone_authtoken enforce_token_bind cache auth_host auth_port auth_protocol auth_admin_prefix identity_uri
            keystone_authtoken admin_user admin_password admin_tenant_name admin_token signing_dir hash_algorithms
            keystone_authtoken check_revocations_for_cached revocation_cache_time
            paste_deploy flavor config_file
            oslo_policy policy_file policy_dirs policy_default_rule enforce_scope enforce_new_defaults remote_content_type
            oslo_policy remote_ssl_verify_server_crt remote_ssl_ca_crt_file remote_ssl_client_crt_file
            oslo_policy remote_ssl_client_key_file remote_timeout
            glance_store default_backend stores default_store store_description weight filesystem_store_datadir
            glance_store filesystem_store_datadirs filesystem_store_metadata_file filesystem_store_file_perm
            glance_store filesystem_store_chunk_size filesystem_thin_provisioning filesystem_store_timeout
            glance_store filesystem_store_thread_pool_size filesystem_store_threadpool_threshold https_ca_certificates_file
            glance_store https_insecure http_proxy_information default_swift_reference swift_store_config_file
            glance_store swift_buffer_on_upload swift_upload_buffer_dir rbd_store_pool rbd_thin_provisioning
            glance_store rados_connect_timeout s3_store_host s3_store_thread_pools cinder_catalog_info os_region_name
            glance_store rootwrap_config vmware_server_host vmware_datastores
            backend_defaults filesystem_store_chunk_size swift_store_region weight
            os_glance_staging_store filesystem_store_datadir
            os_glance_tasks_store filesystem_store_datadir
            image_import_opts image_import_plugins max_parallel_stores
            import_filtering_opts allowed_schemes disallowed_schemes allowed_hosts disallowed_hosts allowed_ports disallowed_ports
            inject_metadata_properties ignore_user_roles inject
            image_conversion output_format
            glance_download_properties extra_properties
            task task_time_to_live task_executor work_dir
            taskflow_executor engine_mode max_workers conversion_format
            wsgi task_pool_threads python_interpreter
            image_format container_formats disk_formats vmdk_allowed_types
            cors allowed_origin allow_credentials expose_headers max_age allow_methods allow_headers
            healthcheck path detailed backends disable_by_file_path disable_by_file_paths enable_by_file_paths
            healthcheck allowed_source_ranges ignore_proxied_requests
            oslo_middleware enable_proxy_headers_parsing max_request_body_size secure_proxy_ssl_header
            oslo_messaging_notifications driver transport_url topics retry
            oslo_messaging_rabbit ssl heartbeat_rate rabbit_ha_queues
            oslo_messaging_kafka consumer_group
            oslo_messaging_amqp container_name
            oslo_limit endpoint_id auth_url
            key_manager backend auth_type
            barbican barbican_endpoint
            barbican_service_user auth_url
            vault vault_url
            oslo_concurrency lock_path disable_process_locking
            oslo_reports log_dir file_event_handler
            profiler enabled hmac_keys
            os_brick lock_path
            store_type_location_strategy store_type_preference
            """;

    @TempDir
    Path directory;

    @Test
    void noOptionOfUpstreamIsUnknown() throws IOException {
        Set<String> declared = OptionCatalogue.GROUPS.stream()
                .flatMap(group -> group.options().stream().flatMap(option -> places(group.section(), option)))
                .collect(Collectors.toSet());
        StringBuilder text = new StringBuilder();
        OPTIONS.lines().forEach(line -> {
            List<String> words = List.of(line.split(" ", -1));
            text.append('[').append(words.getFirst()).append("]\n");
            // A declared option is known, and any text would have to fit its type.
            words.stream()
                    .skip(1)
                    .filter(name -> !declared.contains(words.getFirst() + " " + name))
                    .forEach(name -> text.append(name).append(" =\n"));
        });
        Path file = Files.writeString(directory.resolve("glance-api.conf"), text);
        ConfigurationFiles.Loaded loaded = ConfigurationFiles.of(List.of("glance-api"), Map.of(), List.of())
                .withFile(file)
                .load(OptionCatalogue.GROUPS);
        assertThat(loaded.findings()).isNotEmpty();
        assertThat(loaded.findings())
                .filteredOn(finding -> finding.kind() == Finding.Kind.UNKNOWN)
                .isEmpty();
    }

    private static Stream<String> places(String section, Option<?> option) {
        Stream<String> former = option.formerNames().stream()
                .map(name -> (name.group().isEmpty() ? section : name.group()) + " " + name.name());
        return Stream.concat(Stream.of(section + " " + option.name()), former);
    }
}
