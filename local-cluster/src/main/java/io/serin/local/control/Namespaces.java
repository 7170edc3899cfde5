// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Namespaces come with a service account and the cluster's certificate, and go when all that was in
 * them has gone.
 */
final class Namespaces implements Reconciler {

    static final String ROOT_CA = "kube-root-ca.crt";

    private static final Duration SOON = Duration.ofMillis(200);

    private final ClusterApi api;
    private final Supplier<List<Resource>> served;
    private final String rootCertificate;

    /**
     * @param served all kinds that may have objects
     * @param rootCertificate in PEM, what pods trust the API by
     */
    Namespaces(ClusterApi api, Supplier<List<Resource>> served, String rootCertificate) {
        this.api = api;
        this.served = served;
        this.rootCertificate = rootCertificate;
    }

    @Override
    public Optional<Duration> reconcile(Key key) {
        Optional<ObjectNode> namespace = api.get(Resources.NAMESPACES, "", key.name());
        if (namespace.isEmpty()) {
            return Optional.empty();
        }
        if (!Meta.isTerminating(namespace.get())) {
            furnish(key.name());
            return Optional.empty();
        }
        if (!isEmpty(key.name())) {
            return Optional.of(SOON);
        }
        api.edit(
                Resources.NAMESPACES,
                "",
                key.name(),
                found -> {
                    found.withObject("/spec").putArray("finalizers");
                    return found;
                });
        return Optional.empty();
    }

    private void furnish(String namespace) {
        if (api.get(Resources.SERVICE_ACCOUNTS, namespace, "default").isEmpty()) {
            create(
                    Resources.SERVICE_ACCOUNTS,
                    object(Resources.SERVICE_ACCOUNTS, namespace, "default"));
        }
        Optional<ObjectNode> held = api.get(Resources.CONFIG_MAPS, namespace, ROOT_CA);
        if (held.isEmpty()) {
            ObjectNode map = object(Resources.CONFIG_MAPS, namespace, ROOT_CA);
            map.putObject("data").put("ca.crt", rootCertificate);
            create(Resources.CONFIG_MAPS, map);
        } else if (!held.get().path("data").path("ca.crt").asText().equals(rootCertificate)) {
            api.edit(
                    Resources.CONFIG_MAPS,
                    namespace,
                    ROOT_CA,
                    found -> {
                        found.putObject("data").put("ca.crt", rootCertificate);
                        return found;
                    });
        }
    }

    private void create(Resource resource, ObjectNode object) {
        try {
            api.create(resource, object);
        } catch (ApiFault refused) {
            if (refused.code() != 409) {
                throw refused;
            }
        }
    }

    static ObjectNode object(Resource resource, String namespace, String name) {
        ObjectNode object =
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", resource.apiVersion());
        object.put("kind", resource.kind());
        ObjectNode metadata = object.putObject("metadata");
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("name", name);
        return object;
    }

    /** Deletes what is left, and says whether that was nothing. */
    private boolean isEmpty(String namespace) {
        boolean empty = true;
        for (Resource resource : served.get()) {
            if (!resource.namespaced()) {
                continue;
            }
            for (JsonNode object : api.list(resource, namespace, _ -> true)) {
                empty = false;
                if (!Meta.isTerminating(object)) {
                    delete(resource, object);
                }
            }
        }
        return empty;
    }

    private void delete(Resource resource, JsonNode object) {
        try {
            api.delete(
                    resource, Meta.namespace(object), Meta.name(object), DeleteOptions.BACKGROUND);
        } catch (ApiFault gone) {
            if (gone.code() != 404) {
                throw gone;
            }
        }
    }
}
