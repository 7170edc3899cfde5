// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

/**
 * A resource that can't be read. The message says which resource, where in it, what was found and
 * what was expected; it becomes the {@code error_detail} of a NACK.
 */
public final class CodecFault extends Exception {

    public CodecFault(String message) {
        super(message);
    }
}
