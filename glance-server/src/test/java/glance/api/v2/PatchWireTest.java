package glance.api.v2;

import static glance.api.v2.TestApi.ADMIN;
import static glance.api.v2.TestApi.BLUE;
import static glance.api.v2.TestApi.RED;
import static glance.api.v2.TestApi.V20;
import static glance.api.v2.TestApi.V21;
import static org.assertj.core.api.Assertions.assertThat;

import glance.api.v2.TestApi.Answer;
import glance.auth.Caller;
import glance.image.Image;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PATCH: its two dialects, what is refused before the image is looked at, and what each target does. */
class PatchWireTest {
    private static final String NOWHERE = "/v2/images/00000000-0000-4000-8000-000000000000";

    private final TestApi api = new TestApi();
    private final String id = api.call(
                    RED, "POST", "/v2/images", "{\"name\":\"n\",\"disk_format\":\"raw\",\"tags\":[\"t\"],\"x\":\"1\"}")
            .json()
            .path("id")
            .stringValue();
    private final String image = "/v2/images/" + id;

    @AfterEach
    void close() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "1",
                "[1]",
                "[{}]",
                "[{\"op\":\"move\",\"path\":\"/x\",\"value\":\"1\"}]",
                "[{\"op\":\"Add\",\"path\":\"/x\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":5,\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/x\"}]",
                "[{\"add\":\"/x\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"x\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/x/\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"//x\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/ /x\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/a~2\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/a~\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/tags/-\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/x\",\"value\":1}]",
                "[{\"op\":\"replace\",\"path\":\"/locations/0\",\"value\":[]}]",
                "[{\"op\":\"remove\",\"path\":\"/locations\"}]",
                "[{\"op\":\"add\",\"path\":\"/locations/x\",\"value\":{}}]",
                "[{\"op\":\"replace\",\"path\":\"/visibility\",\"value\":\"secret\"}]",
                "[{\"op\":\"replace\",\"path\":\"/tags\",\"value\":\"t\"}]",
            })
    void malformedPatchesAreRefusedWhetherOrNotTheImageExists(String body) {
        assertThat(api.patch(RED, image, V21, body).status()).isEqualTo(400);
        assertThat(api.patch(RED, NOWHERE, V21, body).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"add\":\"/x\",\"replace\":\"/x\",\"value\":\"1\"}]", "[{\"move\":\"/x\",\"value\":\"1\"}]",
                "[{\"op\":\"add\",\"path\":\"/x\",\"value\":\"1\"}]", "[{\"add\":\"/x\"}]",
            })
    void theOldDialectHasItsOwnShape(String body) {
        assertThat(api.patch(RED, image, V20, body).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "created_at",
                "updated_at",
                "status",
                "checksum",
                "size",
                "virtual_size",
                "direct_url",
                "self",
                "file",
                "schema",
                "id",
                "os_hash_algo",
                "os_hash_value",
                "stores",
                "location",
                "deleted",
                "deleted_at",
                "os_glance_import_task",
                "os_glanceX",
            })
    void readOnlyAndReservedTargetsAreForbiddenForAnyVerb(String name) {
        for (String verb : List.of("add", "replace", "remove")) {
            String body = "[{\"op\":\"" + verb + "\",\"path\":\"/" + name + "\",\"value\":\"x\"}]";
            assertThat(api.patch(ADMIN, image, V21, body).status()).as(verb).isEqualTo(403);
            assertThat(api.patch(ADMIN, NOWHERE, V21, body).status()).as(verb).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // target, add v2.1, add v2.0, replace, remove
        "name,200,409,200,403",
        "x,200,409,200,200",
        "absent,200,200,409,409",
        // Names of upstream's own attributes and methods.
        "image_id,200,200,409,409",
        "extra_properties,200,200,409,409",
        "base,200,200,409,409",
        "delete,200,200,409,409",
    })
    void targetsAnswerByVerb(String name, int add, int addNew, int replace, int remove) {
        assertThat(fresh("add", name, V21)).isEqualTo(add);
        assertThat(fresh("add", name, V20)).isEqualTo(addNew);
        assertThat(fresh("replace", name, V21)).isEqualTo(replace);
        assertThat(fresh("remove", name, V20)).isEqualTo(remove);
    }

    /** On an image of its own. */
    private int fresh(String verb, String name, String dialect) {
        String target = "/v2/images/"
                + api.call(RED, "POST", "/v2/images", "{\"x\":\"1\"}")
                        .json()
                        .path("id")
                        .stringValue();
        String body = dialect.equals(V20)
                ? "[{\"" + verb + "\":\"/" + name + "\",\"value\":\"v\"}]"
                : "[{\"op\":\"" + verb + "\",\"path\":\"/" + name + "\",\"value\":\"v\"}]";
        return api.patch(RED, target, dialect, body).status();
    }

    @Test
    void anEmptyPatchChangesNothing() {
        Image before = api.stored(id);

        assertThat(api.patch(RED, image, V21, "[]").status()).isEqualTo(200);

        assertThat(api.stored(id)).isEqualTo(before);
    }

    @Test
    void oneRefusedOperationUndoesAll() {
        Image before = api.stored(id);

        int status = api.patch(
                        RED,
                        image,
                        V21,
                        "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"new\"},{\"op\":\"remove\",\"path\":\"/absent\"}]")
                .status();

        assertThat(status).isEqualTo(409);
        assertThat(api.stored(id)).isEqualTo(before);
    }

    @Test
    void laterOperationsSeeEarlierOnes() {
        assertThat(api.patch(
                                RED,
                                image,
                                V21,
                                "[{\"op\":\"add\",\"path\":\"/y\",\"value\":\"1\"},{\"op\":\"replace\",\"path\":\"/y\","
                                        + "\"value\":\"2\"},{\"op\":\"remove\",\"path\":\"/x\"}]")
                        .json()
                        .path("y")
                        .stringValue())
                .isEqualTo("2");
        assertThat(api.stored(id).properties()).containsOnlyKeys("y");
    }

    @Test
    void onlyAdministratorsGiveImagesAway() {
        for (String verb : List.of("add", "replace")) {
            String give = "[{\"op\":\"" + verb + "\",\"path\":\"/owner\",\"value\":\"p-blue\"}]";
            assertThat(api.patch(RED, image, V21, give).status()).isEqualTo(403);
        }
        assertThat(api.patch(ADMIN, image, V21, "[{\"op\":\"replace\",\"path\":\"/owner\",\"value\":null}]")
                        .json()
                        .path("owner")
                        .isNull())
                .isTrue();
    }

    @Test
    void publishingIsForAdministratorsAndInvisibleImagesStayInvisible() {
        String publish = "[{\"op\":\"replace\",\"path\":\"/visibility\",\"value\":\"public\"}]";

        assertThat(api.patch(RED, image, V21, publish).status()).isEqualTo(403);
        assertThat(api.patch(BLUE, image, V21, publish).status()).isEqualTo(404);
        assertThat(api.patch(ADMIN, image, V21, publish).status()).isEqualTo(200);
    }

    @Test
    void locationsCannotBeChangedHere() {
        String add = "[{\"op\":\"add\",\"path\":\"/locations/-\",\"value\":{\"url\":\"http://x/y\",\"metadata\":{}}}]";

        assertThat(api.patch(RED, image, V21, add).status()).isEqualTo(403);
        assertThat(api.patch(RED, image, V21, "[{\"op\":\"replace\",\"path\":\"/locations\",\"value\":[]}]")
                        .status())
                .isEqualTo(403);
        assertThat(api.patch(ADMIN, image, V21, "[{\"op\":\"remove\",\"path\":\"/locations/0\"}]")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anonymousCallersChangeNothing() {
        Caller anonymous = new Caller(
                null, null, null, null, null, null, Set.of(), Caller.ServiceIdentity.NONE, true, false, true, null);

        assertThat(api.patch(anonymous, image, V21, "[]").status()).isEqualTo(403);
        assertThat(api.call(anonymous, "POST", "/v2/images", "{}").status()).isEqualTo(403);
        assertThat(api.call(anonymous, "DELETE", image).status()).isEqualTo(403);
        assertThat(api.call(anonymous, "PUT", image + "/tags/x").status()).isEqualTo(403);
    }

    @Test
    void mediaTypeParametersDoNotMatterAndCaseDoes() {
        assertThat(api.patch(RED, image, V21 + "; charset=utf-8", "[]").status())
                .isEqualTo(200);
        Answer refused = api.patch(RED, image, V21.replace("json", "JSON"), "[]");
        assertThat(refused.status()).isEqualTo(415);
    }
}
