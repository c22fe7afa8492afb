package glance.auth.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.config.ConfigException;
import glance.config.Configuration;
import glance.error.GlanceException;
import glance.image.ImageRepository.Usage;
import glance.quota.ProjectLimits;
import glance.quota.ProjectLimits.Resource;
import glance.testkit.auth.Keystone;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Limits registered in a real Keystone: 10 images for everybody, 3 for project red, 5 MiB of data. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeystoneLimitsIT {
    private Keystone keystone;

    @BeforeAll
    void registerLimits() {
        keystone = Keystone.shared();
        String admin = keystone.token("admin", "admin");
        String place = "\"service_id\": \"" + keystone.fact("IMAGE_SERVICE_ID") + "\", \"region_id\": \"RegionOne\"";
        keystone.call("POST", "/registered_limits", admin, """
                {"registered_limits": [
                  {%1$s, "resource_name": "image_count_total", "default_limit": 10},
                  {%1$s, "resource_name": "image_size_total", "default_limit": 5}]}
                """.formatted(place));
        keystone.call("POST", "/limits", admin, """
                {"limits": [{%s, "project_id": "%s", "resource_name": "image_count_total", "resource_limit": 3}]}
                """.formatted(place, keystone.fact("PROJECT_RED_ID")));
    }

    private ProjectLimits open(String endpoint) {
        return KeystoneLimits.open(
                Configuration.ofText("""
                [DEFAULT]
                use_keystone_limits = true
                [oslo_limit]
                auth_type = password
                auth_url = %s
                username = glance
                password = %s
                user_domain_name = Default
                system_scope = all
                %s
                """.formatted(keystone.url(), keystone.fact("USER_PASSWORD"), endpoint)));
    }

    private String byId() {
        return "endpoint_id = " + keystone.fact("IMAGE_ENDPOINT_ID");
    }

    @Test
    void aProjectsOwnLimitBeatsTheRegisteredDefault() {
        try (ProjectLimits limits = open(byId())) {
            assertThat(limits.areInForce()).isTrue();
            assertThat(limits.limit(keystone.fact("PROJECT_RED_ID"), Resource.IMAGE_COUNT_TOTAL))
                    .isEqualTo(3);
            assertThat(limits.limit(keystone.fact("PROJECT_BLUE_ID"), Resource.IMAGE_COUNT_TOTAL))
                    .isEqualTo(10);
        }
    }

    @Test
    void whatNobodyRegisteredIsZero() {
        try (ProjectLimits limits = open(byId())) {
            assertThat(limits.limit(keystone.fact("PROJECT_RED_ID"), Resource.IMAGE_STAGE_TOTAL))
                    .isZero();
        }
    }

    @Test
    void theEndpointIsFoundByTypeAndInterface() {
        try (ProjectLimits limits = open("endpoint_service_type = image\nendpoint_interface = publicURL")) {
            assertThat(limits.limit(keystone.fact("PROJECT_BLUE_ID"), Resource.IMAGE_SIZE_TOTAL))
                    .isEqualTo(5);
        }
        try (ProjectLimits limits = open("endpoint_service_type = nothing")) {
            assertThatThrownBy(() -> limits.limit(keystone.fact("PROJECT_BLUE_ID"), Resource.IMAGE_SIZE_TOTAL))
                    .isInstanceOf(GlanceException.Unavailable.class);
        }
    }

    @Test
    void theRefusalNamesProjectResourceLimitUsageAndDelta() {
        String red = keystone.fact("PROJECT_RED_ID");
        try (ProjectLimits limits = open(byId())) {
            assertThatCode(() -> limits.check(red, () -> new Usage(0, 0, 3, 0), Resource.IMAGE_COUNT_TOTAL, 0))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> limits.check(red, () -> new Usage(0, 0, 3, 0), Resource.IMAGE_COUNT_TOTAL, 1))
                    .isInstanceOf(GlanceException.LimitExceeded.class)
                    .hasMessage("Project " + red + " is over a limit for [Resource image_count_total is over limit of 3"
                            + " due to current usage 3 and delta 1]");
            Usage almostSix = new Usage((6L << 20) - 1, 0, 1, 0);
            assertThatCode(() -> limits.check(red, () -> almostSix, Resource.IMAGE_SIZE_TOTAL, 0))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void withoutUseKeystoneLimitsThereAreNone() {
        ProjectLimits limits = KeystoneLimits.open(Configuration.ofText(""));
        assertThat(limits).isSameAs(ProjectLimits.OFF);
        assertThatCode(() -> limits.check(
                        "p", () -> new Usage(1L << 60, 0, 1L << 40, 0), Resource.IMAGE_COUNT_TOTAL, 1L << 40))
                .doesNotThrowAnyException();
    }

    @Test
    void theEndpointMustBeNamed() {
        assertThatThrownBy(() -> open("")).isInstanceOf(ConfigException.class).hasMessageContaining("endpoint_id");
    }
}
