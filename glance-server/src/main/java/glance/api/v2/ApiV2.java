package glance.api.v2;

import glance.api.ApiConfig;
import glance.api.ErrorResponses;
import glance.api.PathSegments;
import glance.api.UseCases;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Request;
import glance.http.Response;
import glance.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Images API v2: finds the route, lets it answer, renders what it refuses. Thread-safe. */
public final class ApiV2 {
    private static final Logger LOG = LoggerFactory.getLogger(ApiV2.class);
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH");

    private final Routes routes;

    /** The API over these use cases. */
    public ApiV2(UseCases useCases, ApiConfig config, ImageSchema schema) {
        ImageCodec codec = new ImageCodec(config, schema, useCases.stores());
        List<Route> table = new ArrayList<>();
        table.addAll(new ImageRoutes(useCases, codec, schema, config).table());
        table.addAll(new DataRoutes(useCases.uploads(), useCases.downloads(), useCases.stores()).table());
        table.addAll(new MemberRoutes(useCases.members()).table());
        table.addAll(new ImageActionRoutes(useCases.images()).table());
        table.addAll(new SchemaRoutes(schema).table());
        table.addAll(new DiscoveryRoutes(useCases.images()).table());
        table.addAll(new StoreRoutes(useCases.stores(), useCases.images(), useCases.policy()).table());
        table.addAll(new LocationRoutes(useCases.images(), useCases.locations()).table());
        table.addAll(new NamespaceRoutes(useCases.metadefs(), config).table());
        table.addAll(new DefinitionRoutes(useCases.metadefs().definitions(), config).table());
        table.addAll(new AbsentFeatureRoutes(useCases.images(), useCases.policy()).table());
        this.routes = new Routes(table);
    }

    /**
     * Answers a request whose path starts with {@code /v2/}.
     *
     * @param requestId goes back as {@code x-openstack-request-id}
     * @throws IOException when the client has gone or its body broke; the connection is to be closed
     */
    public Response handle(Request request, Caller caller, String requestId) throws IOException {
        Response response = answer(request, caller);
        return response.withHeaders(response.headers().with("x-openstack-request-id", requestId));
    }

    /** The route's name, one of a fixed few, for metrics and logs. */
    public String routeName(Request request) {
        return switch (routes.match(request.method(), PathSegments.of(request.rawPath()))) {
            case Routes.Match.Found found -> found.route().name();
            case Routes.Match.WrongMethod _ -> "wrong-method";
            case Routes.Match.Unknown _ -> "unknown";
        };
    }

    private Response answer(Request request, Caller caller) throws IOException {
        try {
            return switch (routes.match(request.method(), PathSegments.of(request.rawPath()))) {
                case Routes.Match.Found found -> call(found, request, caller);
                case Routes.Match.WrongMethod wrong -> wrongMethod(wrong.allowed(), request);
                case Routes.Match.Unknown _ ->
                    ErrorResponses.of(
                            METHODS.contains(request.method()) ? 404 : 501,
                            "The resource could not be found.",
                            request);
            };
        } catch (GlanceException refusal) {
            LOG.debug("request refused reason={}", refusal.reason());
            return ErrorResponses.of(refusal, request);
        } catch (StoreException failed) {
            // A use case owes each store failure a translation; one that slipped through is our defect.
            LOG.error("store failure reached the edge", failed);
            return ErrorResponses.of(500, "The server could not complete the request.", request);
        }
    }

    private static Response call(Routes.Match.Found found, Request request, Caller caller) throws IOException {
        if (found.route().body() == Route.Body.REFUSED && request.bodyAnnounced()) {
            throw new GlanceException.InvalidRequest("A body is not expected with this request.");
        }
        return found.route().action().answer(new Call(request, caller, found.variables()));
    }

    private static Response wrongMethod(List<String> allowed, Request request) {
        Response error = ErrorResponses.of(405, "The method is not allowed for this resource.", request);
        return error.withHeaders(error.headers().with("Allow", String.join(", ", allowed)));
    }
}
