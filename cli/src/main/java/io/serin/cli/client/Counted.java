// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

/** Numbers of things, in words. */
public final class Counted {

    private Counted() {}

    /**
     * {@code 1 pod}, {@code 0 pods}; a verb may follow each: {@code pod asks}, {@code pods ask}.
     */
    public static String of(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
