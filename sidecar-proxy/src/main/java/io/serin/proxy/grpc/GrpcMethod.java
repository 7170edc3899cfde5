// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

/**
 * What can be called.
 *
 * @param path {@code /<package>.<service>/<method>}
 * @param responses reads one
 */
public record GrpcMethod<R extends MessageLite>(String path, Parser<R> responses) {}
