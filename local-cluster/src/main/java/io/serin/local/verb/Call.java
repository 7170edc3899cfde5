// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Attributes;
import io.serin.local.admission.Attributes.Operation;
import io.serin.local.patch.Ownership;
import io.serin.local.resource.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who asks, how, and what they shall be told besides the answer. One for each request. */
public final class Call {

    private final ObjectNode user;
    private final String manager;
    private final boolean dryRun;
    private final Strictness strictness;
    private final boolean inProcess;
    private final Set<String> warnings;

    /** What happens to fields that are not known: {@code fieldValidation}. */
    public enum Strictness {
        IGNORE,
        WARN,
        STRICT
    }

    /**
     * @param user {@code userInfo}
     * @param manager the field manager
     */
    public Call(ObjectNode user, String manager, boolean dryRun, Strictness strictness) {
        this(user, manager, dryRun, strictness, false, new LinkedHashSet<>());
    }

    private Call(
            ObjectNode user,
            String manager,
            boolean dryRun,
            Strictness strictness,
            boolean inProcess,
            Set<String> warnings) {
        this.user = user;
        this.manager = manager;
        this.dryRun = dryRun;
        this.strictness = strictness;
        this.inProcess = inProcess;
        this.warnings = warnings;
    }

    /** Of one of the cluster's own parts. */
    public static Call inProcess(String part) {
        ObjectNode user = JsonNodeFactory.instance.objectNode();
        user.put("username", "system:" + part);
        user.putArray("groups").add("system:masters").add("system:authenticated");
        return new Call(user, part, false, Strictness.STRICT, true, new LinkedHashSet<>());
    }

    /** The same, and nothing shall come of it. */
    public Call dry() {
        return new Call(user, manager, true, strictness, inProcess, warnings);
    }

    public ObjectNode user() {
        return user;
    }

    public String manager() {
        return manager;
    }

    public boolean dryRun() {
        return dryRun;
    }

    public Strictness strictness() {
        return strictness;
    }

    /** Whether it is one of the cluster's own parts, which may do what the API's users may not. */
    public boolean isInProcess() {
        return inProcess;
    }

    public void warn(String warning) {
        warnings.add(warning);
    }

    public List<String> warnings() {
        return new ArrayList<>(warnings);
    }

    /** What admission is told of it. */
    Attributes attributes(
            Kind kind,
            String subresource,
            String namespace,
            Operation operation,
            Optional<ObjectNode> object,
            Optional<ObjectNode> old) {
        String name = object.or(() -> old).orElseThrow().path("metadata").path("name").asText("");
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        String kindOfOptions =
                switch (operation) {
                    case CREATE -> "CreateOptions";
                    case UPDATE -> "UpdateOptions";
                    case DELETE -> "DeleteOptions";
                    case CONNECT -> "PodExecOptions";
                };
        options.put("kind", kindOfOptions).put("apiVersion", "meta.k8s.io/v1");
        if (operation != Operation.DELETE) {
            options.put("fieldManager", manager);
        }
        if (dryRun) {
            options.putArray("dryRun").add("All");
        }
        return new Attributes(
                kind,
                subresource,
                namespace,
                name,
                operation,
                object,
                old,
                options,
                dryRun,
                user,
                this::warn);
    }

    Ownership.Writer writer(Kind kind, String subresource) {
        return new Ownership.Writer(manager, kind.resource().apiVersion(), subresource);
    }
}
