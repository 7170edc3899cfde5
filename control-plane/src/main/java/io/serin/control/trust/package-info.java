// SPDX-License-Identifier: Apache-2.0
/** Who signs certificates, and whom proxies and API servers are to trust. */
@NullMarked
package io.serin.control.trust;

import org.jspecify.annotations.NullMarked;
