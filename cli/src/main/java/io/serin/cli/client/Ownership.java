// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import java.util.Optional;
import java.util.TreeSet;

/** Whose an object is, by what it says of itself. Pure. */
public sealed interface Ownership {

    /** Our command line's, of a revision. */
    record Serin(String revision) implements Ownership {}

    /** A release of Helm's, whatever its labels say. */
    record Helm(String release, String namespace) implements Ownership {}

    /** Somebody else's. */
    record Other(String words) implements Ownership {}

    static Ownership of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        JsonNode annotations = metadata.path("annotations");
        JsonNode labels = metadata.path("labels");
        if (annotations.path("meta.helm.sh/release-name").isTextual()) {
            return new Helm(
                    annotations.path("meta.helm.sh/release-name").asText(),
                    annotations.path("meta.helm.sh/release-namespace").asText());
        }
        String manager = labels.path(Labels.MANAGED_BY).asText("");
        String revision = labels.path(Labels.REVISION).asText("");
        if (manager.equals(Labels.SERIN) && !revision.isEmpty()) {
            return new Serin(revision);
        }
        if (!manager.isEmpty()) {
            return new Other("'" + manager + "', by its label " + Labels.MANAGED_BY);
        }
        TreeSet<String> writers = new TreeSet<>();
        metadata.path("managedFields")
                .forEach(entry -> writers.add(entry.path("manager").asText()));
        return new Other(
                writers.isEmpty()
                        ? "somebody unknown: it has no label " + Labels.MANAGED_BY
                        : "whoever used " + String.join(", ", writers));
    }

    /** Who it is where it is not this revision, installed by us. */
    default Optional<CliFault> fault(JsonNode object, Revision revision) {
        String what = object.path("kind").asText() + " " + object.at("/metadata/name").asText();
        return switch (this) {
            case Serin(String owner) when owner.equals(revision.value()) -> Optional.empty();
            case Serin(String owner) ->
                    Optional.of(
                            CliFault.failed(
                                    what
                                            + " is there and belongs to revision '"
                                            + owner
                                            + "'; nothing was changed",
                                    "choose another name: --revision NAME"));
            case Helm(String release, String namespace) ->
                    Optional.of(
                            CliFault.failed(
                                    what
                                            + " is there and belongs to release '"
                                            + release
                                            + "' of Helm in namespace "
                                            + namespace
                                            + "; nothing was changed",
                                    "change it there: helm upgrade or helm uninstall "
                                            + release
                                            + " -n "
                                            + namespace
                                            + "; or choose another name: --revision NAME"));
            case Other(String words) ->
                    Optional.of(
                            CliFault.failed(
                                    what
                                            + " is there and belongs to "
                                            + words
                                            + "; nothing was changed",
                                    "choose another name: --revision NAME"));
        };
    }
}
