// SPDX-License-Identifier: Apache-2.0
/**
 * gRPC with a control plane: one connection, one call on it, over TLS where the proxy has the files
 * for that. Netty's HTTP/2 with five bytes before each message; a gRPC library would be larger than
 * the rest of the proxy.
 */
@NullMarked
package io.serin.proxy.grpc;

import org.jspecify.annotations.NullMarked;
