// SPDX-License-Identifier: Apache-2.0
/** Where the sidecar's CPU time goes, by the JDK's flight recorder. */
@NullMarked
package io.serin.bench.profile;

import org.jspecify.annotations.NullMarked;
