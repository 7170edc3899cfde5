// SPDX-License-Identifier: Apache-2.0
/**
 * What the demo tells, and to whom it doesn't matter: {@link io.serin.cli.demo.event.DemoEvent}.
 * Made by the story, shown by the terminal and by the page.
 */
@NullMarked
package io.serin.cli.demo.event;

import org.jspecify.annotations.NullMarked;
