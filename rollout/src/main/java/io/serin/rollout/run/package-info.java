// SPDX-License-Identifier: Apache-2.0
/** Does what is planned, looks whether it went well, and goes on where another run was ended. */
@NullMarked
package io.serin.rollout.run;

import org.jspecify.annotations.NullMarked;
