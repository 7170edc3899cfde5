// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.cluster;

import java.nio.file.Path;
import java.util.Optional;

/** A Kubernetes to play on. */
public interface Cluster extends AutoCloseable {

    /** The system property that chooses one: {@code local}, {@code kind} or {@code given}. */
    String PROPERTY = "cluster";

    Path kubeconfig();

    /** Sees to it that the nodes have Serin's images, if that is up to this run. */
    void provideImages();

    /** Whether it comes with the Gateway API's definitions. */
    default boolean definesRoutes() {
        return false;
    }

    /** Deletes the cluster, if it was made for this run. */
    @Override
    void close();

    /** The one that the property names; empty: none, so no stories. */
    static Optional<Cluster> chosen() {
        String held = System.getProperty(PROPERTY, "");
        return switch (held) {
            case "" -> Optional.empty();
            case "local" -> Optional.of(LocalCluster.make());
            case "kind" -> Optional.of(KindCluster.make("serin-e2e"));
            case "given" -> Optional.of(GivenCluster.ofEnvironment());
            default ->
                    throw new IllegalArgumentException(
                            "-Dcluster=%s (expected: local, kind or given)".formatted(held));
        };
    }
}
