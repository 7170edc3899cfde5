// SPDX-License-Identifier: Apache-2.0
/** The xDS conversation: versions, nonces, ACK and NACK, without any I/O. */
@NullMarked
package io.serin.api.discovery;

import org.jspecify.annotations.NullMarked;
