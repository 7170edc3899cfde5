// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.serin.proxy.http.Head;
import io.serin.proxy.telemetry.Meter;

/** Says where the requests of one connection go. Its event loop only. */
public interface Dispatcher {

    /** Asked once for each request; the head holds only for the call. */
    Dispatch dispatch(Head request);

    /** Counts requests that could not even be read. */
    Meter unread();
}
