// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.serin.proxy.fault.FaultCode;

/**
 * What differs between the directions when an endpoint fails.
 *
 * @param connectFailed nothing was sent
 * @param closed it went away before it answered
 * @param badAnswer it answered something else than HTTP/1
 * @param elsewhere whether another endpoint may be tried
 */
public record Side(
        FaultCode connectFailed, FaultCode closed, FaultCode badAnswer, boolean elsewhere) {

    public static final Side OUTBOUND =
            new Side(
                    FaultCode.CONNECT_FAILED,
                    FaultCode.ENDPOINT_CLOSED,
                    FaultCode.BAD_ANSWER,
                    true);

    public static final Side INBOUND =
            new Side(
                    FaultCode.APPLICATION_REFUSED,
                    FaultCode.APPLICATION_CLOSED,
                    FaultCode.BAD_APPLICATION_ANSWER,
                    false);
}
