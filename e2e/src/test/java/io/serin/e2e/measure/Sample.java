// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measured values of one thing, in the order of their size. */
final class Sample {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        int at = Collections.binarySearch(values, value);
        values.add(at < 0 ? -at - 1 : at, value);
    }

    int size() {
        return values.size();
    }

    /** The smallest value that is not less than {@code percent} of all. */
    double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * values.size());
        return values.get(Math.max(rank, 1) - 1);
    }
}
