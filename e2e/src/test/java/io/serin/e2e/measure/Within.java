// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import java.util.List;

/**
 * How much of a Prometheus histogram is at or below one of its bounds, over all label values.
 *
 * @param within what is at or below it
 * @param all everything
 */
record Within(double within, double all) {

    /**
     * Reads it.
     *
     * @param metrics a whole page of them, in the text format
     * @param bound as the page writes it, e.g. {@code 0.02}
     */
    static Within of(String metrics, String histogram, String bound) {
        return new Within(count(metrics, histogram, bound), count(metrics, histogram, "+Inf"));
    }

    /** Of what came after an earlier reading. */
    double percentSince(Within earlier) {
        return 100 * (within - earlier.within) / (all - earlier.all);
    }

    private static double count(String metrics, String histogram, String bound) {
        List<Double> counts =
                metrics.lines()
                        .filter(line -> line.startsWith(histogram + "_bucket{"))
                        .filter(line -> line.contains("le=\"" + bound + "\""))
                        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                        .toList();
        if (counts.isEmpty()) {
            throw new AssertionError(histogram + ": no bucket le=\"" + bound + "\"");
        }
        return counts.stream().mapToDouble(Double::doubleValue).sum();
    }
}
