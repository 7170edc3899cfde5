// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.kube.type.KubeRevision;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Comparator;
import java.util.Optional;

/** Which of two revisions is newer: by version, then by when it was installed, then by name. */
final class Newest {

    static final Comparator<KubeRevision> LAST =
            Comparator.comparing(Newest::version, Newest::compare)
                    .thenComparing(known -> known.release().created())
                    .thenComparing(KubeRevision::revision);

    private Newest() {}

    private static Optional<Version> version(KubeRevision revision) {
        try {
            return Optional.of(Version.parse(revision.release().version()));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** One that can't be read is the oldest. */
    private static int compare(Optional<Version> one, Optional<Version> other) {
        return one.isPresent() && other.isPresent()
                ? one.get().compareTo(other.get())
                : Boolean.compare(one.isPresent(), other.isPresent());
    }
}
