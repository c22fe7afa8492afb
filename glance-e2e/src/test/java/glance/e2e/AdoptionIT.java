package glance.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import glance.testkit.process.Command;
import glance.testkit.process.PackagedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A database of an older upstream release, brought on by the packaged {@code glance-manage} and served whole. */
class AdoptionIT {
    private static final String KEY = "0123456789abcdef";
    private static final String PREFIX = "a0000000-0000-4000-8000-00000000000";
    private static final String MEMBER = "p9";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit before anything runs
    Path directory;

    @Test
    void aDatabaseOfTrainIsAdoptedWholeAndWrittenByUpstreamsRules() throws Exception {
        PackagedServer.Home home = PackagedServer.Home.in(directory).with("DEFAULT", "metadata_encryption_key", KEY);
        Files.createDirectories(home.images());
        old(home);

        assertThatThrownBy(home::start).isInstanceOf(Exception.class);
        assertThat(Files.readString(home.log())).contains("train_contract01").contains("glance-manage db sync");
        assertThat(manage(home, "db", "check").exit()).isEqualTo(3);
        Command.Outcome synced = manage(home, "db_sync");
        assertThat(synced.exit()).as(synced.toString()).isZero();
        assertThat(synced.out()).contains("rows migrated: 1");
        assertThat(manage(home, "db_version").out()).isEqualTo("2024_1_contract01\n");

        try (PackagedServer server = home.start()) {
            Api api = new Api(server.url(), null);
            everyImageIsShown(api);
            whatIsWrittenFollowsUpstreamsRules(api, home);
        }
    }

    private static void everyImageIsShown(Api api) throws IOException, InterruptedException {
        TreeSet<String> shown = new TreeSet<>();
        for (String query : List.of("?visibility=all", "?visibility=all&os_hidden=true")) {
            Api.json(api.get("/v2/images" + query))
                    .path("images")
                    .forEach(image -> shown.add(image.path("id").asString()));
        }
        assertThat(shown).containsExactly(PREFIX + 1, PREFIX + 2, PREFIX + 3, PREFIX + 4, PREFIX + 5);
        assertThat(api.bytes("/v2/images/" + PREFIX + "1/file").body())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("data");
        assertThat(api.bytes("/v2/images/" + PREFIX + "2/file").body())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("data");
        JsonNode bare = api.show(PREFIX + 3);
        assertThat(bare.path("name").isNull()).isTrue();
        assertThat(bare.path("owner").isNull()).isTrue();
        assertThat(bare.path("updated_at").asString()).isEqualTo("2019-11-01T10:00:02Z");
        JsonNode revived = api.show(PREFIX + 4);
        assertThat(revived.path("again").asString()).isEqualTo("alive");
        assertThat(revived.has("gone")).isFalse();
        assertThat(revived.path("tags").toString()).isEqualTo("[\"new\"]");
        assertThat(api.status(PREFIX + 5)).isEqualTo("deactivated");
        assertThat(api.get("/v2/images/" + PREFIX + 6).statusCode()).isEqualTo(404);
        assertThat(api.get("/v2/images/" + PREFIX + 7).statusCode()).isEqualTo(404);
        assertThat(Api.json(api.get("/v2/images/" + PREFIX + "2/members")).toString())
                .contains(MEMBER, "accepted");
    }

    private static void whatIsWrittenFollowsUpstreamsRules(Api api, PackagedServer.Home home) throws Exception {
        for (Map<String, String> step : List.of(
                Map.of("op", "remove", "path", "/again"),
                Map.of("op", "add", "path", "/again", "value", "once more"))) {
            assertThat(api.patch(PREFIX + 4, List.of(step)).statusCode()).isEqualTo(200);
        }
        assertThat(rows(
                        home,
                        "SELECT value || ' ' || deleted || ' ' || COALESCE(deleted_at, 'null')"
                                + " FROM image_properties WHERE name = 'again'"))
                .containsExactly("once more 0 null");
        assertThat(api.delete("/v2/images/" + PREFIX + 1).statusCode()).isEqualTo(204);
        assertThat(rows(home, "SELECT status || ' ' || deleted FROM images WHERE id = '" + PREFIX + "1'"))
                .containsExactly("deleted 1");
        assertThat(rows(
                        home,
                        "SELECT l.status || ' ' || l.deleted || ' ' || (l.deleted_at = i.deleted_at)"
                                + " FROM image_locations l JOIN images i ON i.id = l.image_id WHERE i.id = '" + PREFIX
                                + "1'"))
                .containsExactly("deleted 1 1");
        assertThat(rows(home, "SELECT deleted_at FROM images WHERE id = '" + PREFIX + "1'"))
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
        assertThat(rows(home, "SELECT meta_data FROM image_locations WHERE image_id = '" + PREFIX + "2'"))
                .containsExactly("{\"store\":\"file\"}");
        assertThat(rows(home, "SELECT version_num FROM alembic_version")).containsExactly("2024_1_contract01");
    }

    private static Command.Outcome manage(PackagedServer.Home home, String... words)
            throws IOException, InterruptedException {
        return Command.of(PackagedServer.distribution()
                        .resolve("bin/glance-manage")
                        .toString())
                .and("--config-file", home.configuration().toString())
                .and(words)
                .run();
    }

    private static void old(PackagedServer.Home home) throws Exception {
        String script;
        try (InputStream text = Objects.requireNonNull(AdoptionIT.class.getResourceAsStream("train.sql"))) {
            script = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> statements = new ArrayList<>();
        for (String statement : script.replaceAll("(?m)^--.*$", "").split(";\\s*\\n", -1)) {
            if (!statement.isBlank()) {
                statements.add(statement);
            }
        }
        for (int i = 1; i <= 2; i++) {
            Path file = Files.writeString(home.images().resolve(PREFIX + i), "data");
            String url = i == 1 ? encrypted("file://" + file) : "file://" + file;
            statements.add("INSERT INTO image_locations"
                    + " (image_id, value, created_at, deleted, meta_data, status) VALUES ('" + PREFIX + i + "', '" + url
                    + "', '2019-11-01 10:00:00.000000', 0, " + (i == 1 ? "NULL" : "'{\"backend\": \"file\"}'")
                    + ", 'active')");
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.database());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** As upstream encrypts: CBC, a zero byte and then others up to the block's end, IV first, URL-safe base64. */
    private static String encrypted(String url) throws GeneralSecurityException, IOException {
        byte[] plain = url.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(plain, (plain.length / 16 + 1) * 16);
        Arrays.fill(padded, plain.length + 1, padded.length, (byte) 'x');
        byte[] iv = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "AES"),
                new IvParameterSpec(iv));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(iv);
        all.write(cipher.doFinal(padded));
        return Base64.getUrlEncoder().encodeToString(all.toByteArray());
    }

    private static List<String> rows(PackagedServer.Home home, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.database());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
