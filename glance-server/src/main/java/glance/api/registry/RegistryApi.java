package glance.api.registry;

import glance.api.ErrorResponses;
import glance.api.WholeBody;
import glance.auth.Caller;
import glance.error.GlanceException;
import glance.http.Headers;
import glance.http.Request;
import glance.http.Response;
import glance.image.Registry;
import glance.metadef.MetadefRepository;
import glance.registry.remote.RegistryRpc;
import glance.task.TaskRepository;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The routes of {@code glance-registry}: {@code POST /rpc}, and REST v1 for all else. */
public final class RegistryApi {
    /** Above the largest change the API lets through. */
    static final int LONGEST_BATCH = 16 << 20;

    private static final String RPC = "/rpc";

    private final Registry registry;
    private final TaskRepository tasks;
    private final MetadefRepository metadefs;
    private final RegistryConfig config;
    private final InstantSource clock;
    private final Set<String> serviceRoles;
    private final RegistryRpc.Commands portCalls;
    private final RestApi rest;

    /**
     * @param serviceRoles roles, in lower case, of which a service must have one to ask on behalf of all users
     */
    public RegistryApi(
            Registry registry,
            TaskRepository tasks,
            MetadefRepository metadefs,
            RegistryConfig config,
            InstantSource clock,
            Set<String> serviceRoles) {
        this.registry = registry;
        this.tasks = tasks;
        this.metadefs = metadefs;
        this.config = config;
        this.clock = clock;
        this.serviceRoles = Set.copyOf(serviceRoles);
        this.portCalls = RegistryRpc.portCalls(registry, metadefs);
        this.rest = new RestApi(registry, config, clock);
    }

    /** Answers a request whose caller is known. */
    public Response handle(Request request, Caller caller, String requestId) throws IOException {
        try {
            if (!request.rawPath().equals(RPC) && config.rest()) {
                return rest.handle(request, caller);
            }
            if (!isRpc(request)) {
                throw RestApi.nothing();
            }
            try (WholeBody batch = WholeBody.of(request.body(), LONGEST_BATCH)) {
                return new Response.Bytes(
                        200,
                        Headers.of("Content-Type", "application/json; charset=UTF-8"),
                        RegistryRpc.answer(batch.bytes(), commands(caller)));
            }
        } catch (GlanceException refused) {
            return ErrorResponses.of(refused, request);
        }
    }

    private List<RegistryRpc.Commands> commands(Caller caller) {
        if (!config.rpc()) {
            return List.of(portCalls(caller));
        }
        CallerImages images = new CallerImages(registry, caller, clock);
        CallerNamespaces namespaces = new CallerNamespaces(metadefs.namespaces(), caller);
        return List.of(
                portCalls(caller),
                ImageCommands.of(registry, images),
                MemberCommands.of(registry, images),
                ContentCommands.of(images),
                TaskCommands.of(tasks, caller),
                NamespaceCommands.of(namespaces),
                DefinitionCommands.of(metadefs.definitions(), namespaces),
                ResourceTypeCommands.of(metadefs.resourceTypes(), namespaces));
    }

    /** These say themselves whose images they reach: only those who may reach all of them may send one. */
    private RegistryRpc.Commands portCalls(Caller caller) {
        return caller.admin() || !Collections.disjoint(caller.service().roles(), serviceRoles)
                ? portCalls
                : new Refused(portCalls);
    }

    /** A bounded name for the request's route. */
    public String routeName(Request request) {
        return request.rawPath().equals(RPC) ? "rpc" : RestApi.routeName(request);
    }

    private static boolean isRpc(Request request) {
        return request.rawPath().equals(RPC) && request.method().equals("POST");
    }

    /** Commands that are not for this caller. */
    private record Refused(RegistryRpc.Commands commands) implements RegistryRpc.Commands {
        @Override
        public boolean knows(String command) {
            if (commands.knows(command)) {
                throw new GlanceException.Forbidden("The registry's own commands are for services and administrators");
            }
            return false;
        }

        @Override
        public @Nullable Object run(String command, JsonNode arguments) {
            throw new IllegalStateException("unknown command " + command);
        }
    }
}
