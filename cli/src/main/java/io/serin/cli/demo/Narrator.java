// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.demo.event.DemoEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells what happens to everyone who shows it, one event after the other, from whichever thread it
 * comes. Who listens must be quick: all others wait.
 */
public final class Narrator {

    private final List<Consumer<DemoEvent>> listeners;

    public Narrator(List<Consumer<DemoEvent>> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    public synchronized void tell(DemoEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    /** What happens. */
    public void say(String text) {
        tell(new DemoEvent.Said(text));
    }

    /** What a person would type for it. */
    public void command(String text) {
        tell(new DemoEvent.CommandTyped(text));
    }

    /** What is waited for just now. */
    public void waiting(String what) {
        tell(new DemoEvent.Waiting(what));
    }

    /** A finding worth keeping. */
    public void fact(String text) {
        tell(new DemoEvent.Fact(text));
    }
}
