package glance.server;

import static org.assertj.core.api.Assertions.assertThat;

import glance.config.Configuration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages about metrics beside what a running server exports. */
class MetricsDocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
    /** Names of one type share a row. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`glance_\\w+`(?:, `glance_\\w+`)*) \\| (\\w+)");

    private static final Pattern NAME = Pattern.compile("\\bglance_\\w+");

    @TempDir
    Path directory;

    @Test
    void thePageListsWhatIsExportedWithItsType() throws IOException, InterruptedException {
        String page = Files.readString(ROOT.resolve("docs/operations/metrics.md"));
        Map<String, String> exported = exported();
        assertThat(pairs(ROW, page)).isEqualTo(exported);
        assertThat(families(page, exported)).isEqualTo(exported.keySet());
    }

    @Test
    void theDashboardAsksForWhatIsExported() throws IOException, InterruptedException {
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(ROOT.resolve("packaging/grafana/glance.json")));
        StringBuilder questions = new StringBuilder();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(panel.path("targets").size()).isPositive();
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.path("expr").asString()).contains("glance_");
                questions.append(target.path("expr").asString()).append('\n');
            }
        }
        Map<String, String> exported = exported();
        assertThat(exported.keySet()).containsAll(families(questions.toString(), exported));
    }

    /** The metrics a text names; of a histogram's and a summary's lines the metric they belong to. */
    private static Set<String> families(String text, Map<String, String> exported) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            String family = matcher.group().replaceFirst("_(bucket|count|sum)$", "");
            names.add("histogram".equals(exported.get(family)) ? family : matcher.group());
        }
        return names;
    }

    private static Map<String, String> pairs(Pattern pattern, String text) {
        Map<String, String> pairs = new TreeMap<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            for (String name : matcher.group(1).replace("`", "").split(", ", -1)) {
                pairs.put(name, matcher.group(2));
            }
        }
        return pairs;
    }

    /** Types by name, as a server tells them after an image came and went. */
    private Map<String, String> exported() throws IOException, InterruptedException {
        Configuration configuration = Configuration.ofText("""
                [DEFAULT]
                bind_port = 0
                [database]
                connection = sqlite:///%1$s/glance.sqlite
                [glance_store]
                filesystem_store_datadir = %1$s/images
                """.formatted(directory));
        try (ApiService service = ApiService.start(configuration);
                HttpClient client = HttpClient.newHttpClient()) {
            String url = "http://127.0.0.1:" + service.address().getPort();
            String image = "/v2/images/11111111-1111-1111-1111-111111111111";
            answer(
                    client,
                    request(url + "/v2/images", "application/json")
                            .POST(BodyPublishers.ofString("{\"id\": \"" + image.substring(11)
                                    + "\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}")),
                    201);
            answer(
                    client,
                    request(url + image + "/file", "application/octet-stream").PUT(BodyPublishers.ofString("data")),
                    204);
            return pairs(
                    TYPE, answer(client, request(url + "/metrics", "text/plain").GET(), 200));
        }
    }

    private static HttpRequest.Builder request(String url, String type) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", type);
    }

    private static String answer(HttpClient client, HttpRequest.Builder request, int status)
            throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }
}
