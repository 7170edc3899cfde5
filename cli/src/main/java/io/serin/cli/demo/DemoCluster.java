// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import java.nio.file.Path;
import java.util.Optional;

/** A cluster that was made for one demo and goes with it. */
public interface DemoCluster extends AutoCloseable {

    Path kubeconfig();

    /** What the cluster lacks, as far as it can be seen from outside; may be why a scene failed. */
    default Optional<String> shortage() {
        return Optional.empty();
    }

    @Override
    void close();
}
