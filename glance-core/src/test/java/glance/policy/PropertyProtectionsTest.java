package glance.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.auth.Caller.ServiceIdentity;
import glance.config.ConfigException;
import glance.config.Configuration;
import glance.image.Image;
import glance.image.ImageId;
import glance.image.ImageStatus;
import glance.image.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyProtectionsTest {
    private static final Caller ADMIN = Caller.of("u", "p", Set.of("admin"), true);
    private static final Caller BUILDER = Caller.of("u", "p", Set.of("image_builder"), false);
    private static final Caller MEMBER = Caller.of("u", "p", Set.of("member"), false);

    @TempDir
    Path directory;

    private PropertyProtections protections(String format, String text) throws IOException {
        Path file = Files.writeString(directory.resolve("protections.conf"), text);
        Configuration configuration = Configuration.ofText("[DEFAULT]\nproperty_protection_file = " + file
                + "\nproperty_protection_rule_format = " + format + "\n");
        return PropertyProtections.open(configuration, RulePolicy.builtIn());
    }

    private PropertyProtections vendor() throws IOException {
        return protections("roles", """
                # the vendor's own
                [^vendor_.*]
                Create = admin,Image_Builder
                read: @
                update = admin,
                  image_builder
                delete = !
                [x_foo_*]
                create = @
                read = admin
                update = @
                delete = @
                """);
    }

    @Test
    void withoutFileNothingIsProtected() {
        PropertyProtections off = PropertyProtections.open(Configuration.ofText(""), RulePolicy.builtIn());
        assertThat(off).isSameAs(PropertyProtections.OFF);
        assertThat(off.mayDelete(MEMBER, "anything")).isTrue();
    }

    @Test
    void rolesAreComparedWithoutCase() throws IOException {
        PropertyProtections vendor = vendor();
        assertThat(vendor.mayCreate(BUILDER, "vendor_x")).isTrue();
        assertThat(vendor.mayCreate(MEMBER, "vendor_x")).isFalse();
        assertThat(vendor.mayRead(MEMBER, "vendor_x")).isTrue();
        assertThat(vendor.mayUpdate(BUILDER, "vendor_x")).isTrue();
        assertThat(vendor.mayDelete(ADMIN, "vendor_x")).isFalse();
    }

    @Test
    void serviceRolesCountAsWell() throws IOException {
        ServiceIdentity service = new ServiceIdentity(null, null, null, null, Set.of("admin"));
        Caller both = new Caller("u", null, "p", null, null, null, Set.of("member"), service, true, false, false, null);
        assertThat(vendor().mayCreate(both, "vendor_x")).isTrue();
    }

    @Test
    void expressionsAreSearchedAnywhereAndTheFirstThatIsFoundDecides() throws IOException {
        PropertyProtections vendor = vendor();
        assertThat(vendor.mayCreate(MEMBER, "my_x_foo")).isTrue();
        assertThat(vendor.mayCreate(MEMBER, "vendor_x_foo")).isFalse();
    }

    @Test
    void namesWithoutSectionAreClosedToAdministratorsToo() throws IOException {
        assertThat(vendor().mayRead(ADMIN, "other")).isFalse();
        assertThat(vendor().mayCreate(ADMIN, "other")).isFalse();
    }

    @Test
    void whatCannotBeReadCannotBeChanged() throws IOException {
        assertThat(vendor().mayUpdate(MEMBER, "x_foo_1")).isFalse();
        assertThat(vendor().mayDelete(MEMBER, "x_foo_1")).isFalse();
        assertThat(vendor().mayDelete(ADMIN, "x_foo_1")).isTrue();
    }

    @Test
    void theServicesOwnPropertiesAreOpen() throws IOException {
        PropertyProtections own =
                protections("roles", "[os_glance_secret]\n[.*]\ncreate = !\nread = !\nupdate = !\ndelete = !\n");
        assertThat(own.mayCreate(MEMBER, "os_glance_import_task")).isTrue();
        assertThat(own.mayCreate(MEMBER, "other")).isFalse();
    }

    @Test
    void onlyReadablePropertiesAreShown() throws IOException {
        SequencedMap<String, @Nullable String> properties = new LinkedHashMap<>();
        properties.put("x_foo_1", "hidden");
        properties.put("vendor_a", "shown");
        properties.put("zzz", "closed");
        Instant now = Instant.EPOCH;
        Image image = new Image(
                new ImageId("i"),
                "n",
                ImageStatus.QUEUED,
                Visibility.PRIVATE,
                false,
                false,
                "p",
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                now,
                now,
                new LinkedHashSet<>(),
                properties,
                List.of());
        assertThat(vendor().readable(image, MEMBER)).containsOnlyKeys("vendor_a");
        assertThat(vendor().readable(image, ADMIN)).containsOnlyKeys("x_foo_1", "vendor_a");
    }

    @Test
    void rulesDecideInTheOtherFormat() throws IOException {
        PropertyProtections byRule = protections("policies", """
                [DEFAULT]
                read = @
                [.*]
                create = context_is_admin
                update = default
                delete = get_images
                """);
        assertThat(byRule.mayCreate(ADMIN, "a")).isTrue();
        assertThat(byRule.mayCreate(MEMBER, "a")).isFalse();
        assertThat(byRule.mayUpdate(MEMBER, "a")).isTrue();
        // Nothing can be substituted in a rule that is asked about a property.
        assertThat(byRule.mayDelete(Caller.of("u", "p", Set.of("reader"), false), "a"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[.*]\ncreate = @\nread = @\nupdate = @\n",
                "[.*]\ncreate = @,!\nread = @\nupdate = @\ndelete = @\n",
                "[*]\ncreate = @\nread = @\nupdate = @\ndelete = @\n",
                "[a]\ncreate=@\nread=@\nupdate=@\ndelete=@\n[a]\ncreate=@\nread=@\nupdate=@\ndelete=@\n",
                "create = @\n",
                "[a]\nnonsense\n"
            })
    void filesThatCannotBeMeantStopTheStart(String text) {
        assertThatThrownBy(() -> protections("roles", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("protections.conf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mispelt_rule", "context_is_admin,default"})
    void rulesMustBeOneAndExist(String rule) {
        assertThatThrownBy(() ->
                        protections("policies", "[.*]\ncreate = " + rule + "\nread = @\nupdate = @\ndelete = @\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("create");
    }

    @Test
    void aMissingFileStopsTheStart() {
        Configuration configuration = Configuration.ofText("[DEFAULT]\nproperty_protection_file = nowhere.conf\n");
        assertThatThrownBy(() -> PropertyProtections.open(configuration, RulePolicy.builtIn()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nowhere.conf");
    }
}
