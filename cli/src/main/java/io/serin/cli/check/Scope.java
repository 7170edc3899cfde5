// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import java.util.Optional;
import java.util.Set;

/**
 * What a person asked about.
 *
 * @param revision only this one; empty for all
 * @param namespaces of workloads, only these; empty for all
 * @param target the revision that an upgrade is meant to go to
 * @param isPre whether only about what has to be right before anything is installed
 */
public record Scope(
        Optional<String> revision, Set<String> namespaces, Optional<String> target, boolean isPre) {

    /** Everything. */
    public static final Scope ALL = new Scope(Optional.empty(), Set.of(), Optional.empty());

    /** What has to be right before anything is installed. */
    public static final Scope PRE = new Scope(Optional.empty(), Set.of(), Optional.empty(), true);

    /** What is there. */
    public Scope(Optional<String> revision, Set<String> namespaces, Optional<String> target) {
        this(revision, namespaces, target, false);
    }

    public Scope {
        namespaces = Set.copyOf(namespaces);
    }

    boolean hasRevision(String name) {
        return revision.map(name::equals).orElse(true);
    }

    boolean hasNamespace(String name) {
        return namespaces.isEmpty() || namespaces.contains(name);
    }
}
