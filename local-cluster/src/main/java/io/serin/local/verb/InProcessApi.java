// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Resource;
import io.serin.local.api.WatchEvent;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Kind;
import io.serin.local.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The API for one of the cluster's own parts. */
public final class InProcessApi implements ClusterApi {

    private static final int CONFLICT = 409;
    private static final int ATTEMPTS = 30;

    private final Store store;
    private final Catalog catalog;
    private final Verbs verbs;
    private final Endings endings;
    private final String part;

    /**
     * @param part who writes, as it stands in {@code managedFields}
     */
    public InProcessApi(Store store, Catalog catalog, Verbs verbs, Endings endings, String part) {
        this.store = store;
        this.catalog = catalog;
        this.verbs = verbs;
        this.endings = endings;
        this.part = part;
    }

    @Override
    public Optional<ObjectNode> get(Resource resource, String namespace, String name) {
        return verbs.get(catalog.of(resource), namespace, name);
    }

    @Override
    public List<ObjectNode> list(Resource resource, String namespace, Predicate<ObjectNode> which) {
        Kind kind = catalog.of(resource);
        return store.list(kind.collection(), namespace).objects().stream()
                .map(object -> Verbs.inVersion(kind, object))
                .filter(which)
                .toList();
    }

    @Override
    public ObjectNode create(Resource resource, ObjectNode object) {
        return verbs.create(
                catalog.of(resource), namespace(object), object, false, Call.inProcess(part));
    }

    @Override
    public ObjectNode update(Resource resource, ObjectNode object) {
        return verbs.update(
                catalog.of(resource),
                namespace(object),
                name(object),
                "",
                new Verbs.Edit(live -> object.deepCopy(), false),
                Call.inProcess(part));
    }

    @Override
    public ObjectNode edit(
            Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        return edit(resource, namespace, name, "", change);
    }

    @Override
    public ObjectNode editStatus(
            Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        return edit(resource, namespace, name, "status", change);
    }

    private ObjectNode edit(
            Resource resource,
            String namespace,
            String name,
            String subresource,
            UnaryOperator<ObjectNode> change) {
        for (int attempt = 1; ; attempt++) {
            try {
                return verbs.update(
                        catalog.of(resource),
                        namespace,
                        name,
                        subresource,
                        new Verbs.Edit(live -> change.apply(live.deepCopy()), false),
                        Call.inProcess(part));
            } catch (ApiFault fault) {
                if (fault.code() != CONFLICT || attempt == ATTEMPTS) {
                    throw fault;
                }
            }
        }
    }

    @Override
    public void delete(Resource resource, String namespace, String name, DeleteOptions options) {
        Endings.Ended ended =
                endings.delete(
                        catalog.of(resource),
                        namespace,
                        name,
                        options,
                        Endings.Preconditions.NONE,
                        Call.inProcess(part));
        assert !ended.object().isEmpty();
    }

    @Override
    public AutoCloseable watch(Resource resource, Consumer<WatchEvent> listener) {
        return store.watch(
                catalog.of(resource).collection(),
                change -> listener.accept(new WatchEvent(change.type(), change.object())),
                version -> {});
    }

    private static String namespace(ObjectNode object) {
        return object.path("metadata").path("namespace").asText("");
    }

    private static String name(ObjectNode object) {
        return object.path("metadata").path("name").asText("");
    }
}
