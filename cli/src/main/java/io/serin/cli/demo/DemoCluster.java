// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import java.nio.file.Path;

/** A cluster that was made for one demo and goes with it. */
public interface DemoCluster extends AutoCloseable {

    Path kubeconfig();

    @Override
    void close();
}
