// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import java.io.IOException;

/** Something that is measured. */
@FunctionalInterface
public interface MetricSource {

    /** Writes its metrics in Prometheus' text format; may wait for event loops. */
    void write(Appendable to) throws IOException;
}
