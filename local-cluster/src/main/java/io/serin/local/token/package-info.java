// SPDX-License-Identifier: Apache-2.0
/** Tokens of service accounts: signed, projected, reviewed. */
@NullMarked
package io.serin.local.token;

import org.jspecify.annotations.NullMarked;
