package glance.api.registry;

import glance.api.ErrorResponses;
import glance.api.WholeBody;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Registry;
import glance.registry.remote.RegistryRpc;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/** The routes of {@code glance-registry}: {@code POST /rpc}. Everything else is 404, as upstream's daemon answers. */
public final class RegistryApi {
    /** Above the largest change the API lets through. */
    static final int LONGEST_BATCH = 16 << 20;

    private final RegistryRpc rpc;
    private final Set<String> serviceRoles;

    /**
     * @param serviceRoles roles, in lower case, of which a service must have one to ask on behalf of all users
     */
    public RegistryApi(Registry registry, Set<String> serviceRoles) {
        this.rpc = new RegistryRpc(registry);
        this.serviceRoles = Set.copyOf(serviceRoles);
    }

    /** Answers a request whose caller is known. */
    public Response handle(Request request, Caller caller, String requestId) throws IOException {
        try {
            if (!isRpc(request)) {
                throw new GlanceException.NotFound("There is nothing here");
            }
            // The commands say themselves whose images they reach: only those who may reach all of them may send one.
            if (!caller.admin() && Collections.disjoint(caller.service().roles(), serviceRoles)) {
                throw new GlanceException.Forbidden("The registry's own commands are for services and administrators");
            }
            try (WholeBody batch = WholeBody.of(request.body(), LONGEST_BATCH)) {
                return new Response.Bytes(
                        200, Headers.of("Content-Type", "application/json; charset=UTF-8"), rpc.answer(batch.bytes()));
            }
        } catch (GlanceException refused) {
            return ErrorResponses.of(refused, request);
        }
    }

    /** A bounded name for the request's route. */
    public String routeName(Request request) {
        return isRpc(request) ? "rpc" : "unknown";
    }

    private static boolean isRpc(Request request) {
        return request.rawPath().equals("/rpc") && request.method().equals("POST");
    }
}
