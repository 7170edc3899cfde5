// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

/** Why the cluster does not start, in words for whoever started it. */
final class Refusal extends RuntimeException {

    Refusal(String message) {
        super(message, null, false, false);
    }
}
