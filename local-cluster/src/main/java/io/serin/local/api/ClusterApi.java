// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The API for those in the same process. They pass the same admission, validation and rules of
 * {@code resourceVersion} as those who come over HTTP.
 *
 * <p>A namespace of {@code ""} stands for cluster-scoped objects, and in {@link #list} for all
 * namespaces. What is returned is never to be changed: copy it first. Calls that write may block
 * for as long as a webhook's timeout; none may be made from a watch's listener.
 */
public interface ClusterApi {

    Optional<ObjectNode> get(Resource resource, String namespace, String name);

    List<ObjectNode> list(Resource resource, String namespace, Predicate<ObjectNode> which);

    /**
     * The object as it was stored, defaults and webhooks' changes included.
     *
     * @throws ApiFault 409 AlreadyExists, 403 by a webhook, 422 Invalid …
     */
    ObjectNode create(Resource resource, ObjectNode object);

    /**
     * Replaces all but the status.
     *
     * @throws ApiFault 409 Conflict when its {@code metadata.resourceVersion} is old, 404 when it
     *     is gone
     */
    ObjectNode update(Resource resource, ObjectNode object);

    /**
     * Reads, has a copy changed, and updates; again on a conflict.
     *
     * @throws ApiFault 404 when it is gone
     */
    ObjectNode edit(
            Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change);

    /** As {@link #edit}, but of what changed only {@code .status} is taken. */
    ObjectNode editStatus(
            Resource resource, String namespace, String name, UnaryOperator<ObjectNode> change);

    /**
     * Deletes; a pod gracefully: it gets a {@code deletionTimestamp} and a {@code
     * deletionGracePeriodSeconds}, and is gone when the node deletes it again with none.
     *
     * @throws ApiFault 404 when it is gone
     */
    void delete(Resource resource, String namespace, String name, DeleteOptions options);

    /**
     * Tells of each object that is there as {@code ADDED}, then of changes in their order, until
     * closed. The listener is called on the store's own queue and must not block in it.
     */
    AutoCloseable watch(Resource resource, Consumer<WatchEvent> listener);
}
