// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.fault;

/**
 * A request that the proxy answers itself.
 *
 * @param cause one sentence, printable ASCII, for the header and the body
 */
public record ProxyFault(FaultCode code, String cause) {

    public static ProxyFault of(FaultCode code) {
        return new ProxyFault(code, code.cause());
    }
}
