package glance.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.auth.Caller;
import glance.auth.Caller.ServiceIdentity;
import glance.config.ConfigException;
import glance.image.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RulePolicyTest {
    private static final Caller READER = Caller.of("u", "p", Set.of("reader"), false);
    private static final Caller MEMBER = Caller.of("u", "p", Set.of("member", "reader"), false);
    private static final Caller ADMIN = Caller.of("u", "x", Set.of("admin"), true);
    private static final Caller NO_ROLE = Caller.of("u", "p", Set.of("other"), false);
    private static final Target OWN = Target.ofNew("p", Visibility.PRIVATE);
    private static final Target FOREIGN = Target.ofNew("q", Visibility.PRIVATE);

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();

    private RulePolicy open(PolicyConfig config) {
        return RulePolicy.open(
                config,
                name -> Optional.of(directory.resolve(name)).filter(Files::exists),
                RemoteCheck.NONE,
                nanos::get);
    }

    private RulePolicy withFile(String text) throws IOException {
        Files.writeString(directory.resolve("policy.yaml"), text);
        return open(PolicyConfig.DEFAULTS);
    }

    private static PolicyConfig lenient() {
        return new PolicyConfig("policy.yaml", List.of("policy.d"), "default", true, true);
    }

    private static PolicyConfig legacy() {
        return new PolicyConfig("policy.yaml", List.of("policy.d"), "default", false, false);
    }

    private static Caller systemAdmin() {
        return new Caller(
                "u", null, null, null, null, "all", Set.of("admin"), ServiceIdentity.NONE, true, true, false, null);
    }

    @Test
    void thereAre67BuiltInRulesAndOneOfApiV1() {
        assertThat(DefaultRules.byName()).hasSize(68);
    }

    @Test
    void withoutFilesTheBuiltInRulesApply() {
        RulePolicy policy = open(PolicyConfig.DEFAULTS);
        assertThat(policy.allows(MEMBER, Action.ADD_IMAGE, OWN)).isTrue();
        assertThat(policy.allows(READER, Action.ADD_IMAGE, OWN)).isFalse();
        assertThat(policy.allows(MEMBER, Action.ADD_IMAGE, FOREIGN)).isFalse();
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, FOREIGN)).isTrue();
        assertThat(policy.decide(MEMBER, Action.PUBLICIZE_IMAGE, OWN))
                .isEqualTo(new Policy.Decision.Denied("publicize_image"));
    }

    @Test
    void systemScopedTokensAreRefusedButAreStillAdministrators() {
        RulePolicy policy = open(PolicyConfig.DEFAULTS);
        assertThat(policy.allows(systemAdmin(), Action.GET_IMAGES, OWN)).isFalse();
        assertThat(policy.isAdmin(systemAdmin())).isTrue();
    }

    @Test
    void administratorsAreWhoTheFileSays() throws IOException {
        RulePolicy policy = withFile("context_is_admin: role:cloud_operator and project_id:%(project_id)s");
        assertThat(policy.isAdmin(Caller.of("u", "p", Set.of("cloud_operator"), false)))
                .isTrue();
        assertThat(policy.isAdmin(ADMIN)).isFalse();
        assertThat(policy.allows(Caller.of("u", "p", Set.of("cloud_operator"), false), Action.PUBLICIZE_IMAGE, OWN))
                .isTrue();
    }

    @Test
    void aFileRuleReplacesTheBuiltInOneWhole() throws IOException {
        RulePolicy policy = withFile("""
                # macros are legal
                "trusted": "role:other"
                "add_image": "rule:trusted"
                "get_images": ""
                "delete_image": [["role:admin"], ["role:other", "project_id:%(owner)s"]]
                "modify_image":
                """);
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, FOREIGN)).isTrue();
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, OWN)).isFalse();
        assertThat(policy.allows(NO_ROLE, Action.GET_IMAGES, OWN)).isTrue();
        assertThat(policy.allows(NO_ROLE, Action.DELETE_IMAGE, OWN)).isTrue();
        assertThat(policy.allows(NO_ROLE, Action.DELETE_IMAGE, FOREIGN)).isFalse();
        assertThat(policy.allows(NO_ROLE, Action.MODIFY_IMAGE, FOREIGN)).isTrue();
        assertThat(policy.allows(systemAdmin(), Action.GET_IMAGES, OWN)).isFalse();
    }

    @Test
    void jsonIsReadWhileThereIsNoYaml() throws IOException {
        Files.writeString(directory.resolve("policy.json"), "{\"add_image\": \"!\"}");
        assertThat(open(PolicyConfig.DEFAULTS).allows(ADMIN, Action.ADD_IMAGE, OWN))
                .isFalse();
        Files.writeString(directory.resolve("policy.yaml"), "");
        assertThat(open(PolicyConfig.DEFAULTS).allows(ADMIN, Action.ADD_IMAGE, OWN))
                .isTrue();
    }

    @Test
    void laterFilesOfADirectoryWinAndHiddenOnesDoNotCount() throws IOException {
        Files.createDirectories(directory.resolve("policy.d/nested"));
        Files.writeString(directory.resolve("policy.yaml"), "add_image: '!'\nget_images: '!'");
        Files.writeString(directory.resolve("policy.d/20.yaml"), "add_image: role:other");
        Files.writeString(directory.resolve("policy.d/10.yaml"), "add_image: '!'");
        Files.writeString(directory.resolve("policy.d/.30.yaml"), "add_image: '!'");
        Files.writeString(directory.resolve("policy.d/nested/40.yaml"), "add_image: '!'");
        RulePolicy policy = open(PolicyConfig.DEFAULTS);
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, OWN)).isTrue();
        assertThat(policy.allows(ADMIN, Action.GET_IMAGES, OWN)).isFalse();
    }

    @Test
    void unreadableRulesDenyEverybody() throws IOException {
        assertThat(withFile("add_image: admin").allows(ADMIN, Action.ADD_IMAGE, OWN))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add_image: rule:mispelt",
                "add_image: rule:b\nb: rule:c\nc: rule:add_image",
                "add_image: not rule:add_image",
                "add_image: 5",
                "add_image: {a: b}",
                "add_image: [[5]]"
            })
    void doubtfulRulesStopTheStartNamingFileAndRule(String text) {
        assertThatThrownBy(() -> withFile(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("add_image")
                .hasMessageContaining("policy.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a", "a: [", "just text", "a: \"\\q\""})
    void filesThatAreNoMappingStopTheStart(String text) {
        assertThatThrownBy(() -> withFile(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("policy.yaml");
    }

    @Test
    void doubtfulRulesMayBeToleratedAsUpstreamDoes() throws IOException {
        Files.writeString(
                directory.resolve("policy.yaml"),
                "add_image: rule:mispelt\nget_images: rule:get_images or @\ndelete_image: 5");
        RulePolicy policy = open(lenient());
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, FOREIGN)).isTrue();
        assertThat(policy.allows(ADMIN, Action.DELETE_IMAGE, OWN)).isFalse();
        Files.writeString(directory.resolve("policy.yaml"), "add_image: rule:mispelt\ndefault: role:admin");
        policy = open(lenient());
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, FOREIGN)).isFalse();
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, FOREIGN)).isTrue();
    }

    @Test
    void aChangedFileIsReadAgainAndARemovedRuleReverts() throws IOException {
        RulePolicy policy = withFile("add_image: '!'");
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, OWN)).isFalse();
        Files.writeString(directory.resolve("policy.yaml"), "get_images: '!'\n# longer than before");
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, OWN)).isFalse();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, OWN)).isTrue();
        assertThat(policy.allows(ADMIN, Action.GET_IMAGES, OWN)).isFalse();
    }

    @Test
    void anUnusableChangeKeepsTheLastGoodRules() throws IOException {
        RulePolicy policy = withFile("add_image: '!'");
        Files.writeString(directory.resolve("policy.yaml"), "add_image: rule:mispelt");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(policy.allows(ADMIN, Action.ADD_IMAGE, OWN)).isFalse();
        Files.writeString(directory.resolve("policy.yaml"), "add_image: '@' # mended");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, OWN)).isTrue();
    }

    @Test
    void legacyModeOpensRulesThatWereOpenButKeepsOwnership() throws IOException {
        RulePolicy policy = open(legacy());
        assertThat(policy.allows(NO_ROLE, Action.GET_IMAGES, OWN)).isTrue();
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, OWN)).isTrue();
        assertThat(policy.allows(NO_ROLE, Action.ADD_IMAGE, FOREIGN)).isFalse();
        assertThat(policy.allows(NO_ROLE, Action.MODIFY_IMAGE, OWN)).isTrue();
        assertThat(policy.decide(NO_ROLE, Action.MODIFY_IMAGE, FOREIGN))
                .isEqualTo(new Policy.Decision.Denied("modify_image", "You do not own this image"));
        assertThat(policy.allows(ADMIN, Action.MODIFY_IMAGE, FOREIGN)).isTrue();
        assertThat(policy.allows(NO_ROLE, Action.MODIFY_MEMBER, OWN)).isFalse();
        assertThat(policy.allows(NO_ROLE, Action.MODIFY_MEMBER, FOREIGN)).isTrue();
        assertThat(policy.allows(NO_ROLE, Action.PUBLICIZE_IMAGE, OWN)).isFalse();
        assertThat(policy.allows(systemAdmin(), Action.GET_IMAGES, OWN)).isFalse();
    }

    @Test
    void legacyModeFollowsTheFilesDefaultRule() throws IOException {
        Files.writeString(directory.resolve("policy.yaml"), "default: role:admin");
        RulePolicy policy = open(legacy());
        assertThat(policy.allows(NO_ROLE, Action.GET_IMAGES, OWN)).isFalse();
        assertThat(policy.allows(READER, Action.GET_IMAGES, OWN)).isTrue();
    }

    @Test
    void newModeLeavesOwnershipToTheRules() throws IOException {
        RulePolicy policy = withFile("modify_image: role:other");
        assertThat(policy.allows(NO_ROLE, Action.MODIFY_IMAGE, FOREIGN)).isTrue();
    }

    @Test
    void customPropertiesAreKeysOfTheirOwn() throws IOException {
        RulePolicy policy = withFile("get_image: \"'gold':%(tier)s\"");
        assertThat(policy.allows(NO_ROLE, Action.GET_IMAGE, Target.of(Map.of("tier", "gold"))))
                .isTrue();
        assertThat(policy.allows(NO_ROLE, Action.GET_IMAGE, Target.NONE)).isFalse();
    }
}
