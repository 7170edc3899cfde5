// SPDX-License-Identifier: Apache-2.0
package io.serin.local.store;

import static io.serin.local.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreTest {

    private final Store store = new Store(4);

    @AfterEach
    void close() {
        store.close();
    }

    private static Key key(String name) {
        return new Key("/things", "ns", name);
    }

    private ObjectNode put(String name) {
        Optional<ObjectNode> held = store.get(key(name));
        return store.put(key(name), held, object("{metadata: {name: " + name + "}}")).orElseThrow();
    }

    @Test
    void refusesAWriteOverWhatTheWriterHasNotSeen() {
        ObjectNode first = put("a");
        ObjectNode second = put("a");
        assertThat(store.put(key("a"), Optional.of(first), object("{metadata: {}}"))).isEmpty();
        assertThat(store.put(key("a"), Optional.empty(), object("{metadata: {}}"))).isEmpty();
        assertThat(store.remove(key("a"), first)).isEmpty();
        assertThat(store.remove(key("a"), second)).isPresent();
    }

    @Test
    void versionsGrowOverAllCollections() {
        long a = put("a").at("/metadata/resourceVersion").asLong();
        ObjectNode other =
                store.put(new Key("/others", "", "x"), Optional.empty(), object("{metadata: {}}"))
                        .orElseThrow();
        assertThat(other.at("/metadata/resourceVersion").asLong()).isEqualTo(a + 1);
    }

    @Test
    void tellsWatchersWhatIsThereThenWhatChanges() {
        ObjectNode a = put("a");
        List<String> heard = new CopyOnWriteArrayList<>();
        AutoCloseable watch =
                store.watch(
                        "/things",
                        change -> heard.add(change.type() + " " + change.key().name()),
                        version -> heard.add("synced"));
        assertThat(watch).isNotNull();
        put("b");
        assertThat(store.remove(key("a"), a)).isPresent();
        await().until(() -> heard.size() == 4);
        assertThat(heard).containsExactly("ADDED a", "synced", "ADDED b", "DELETED a");
    }

    @Test
    void aWatchCatchesUpFromAVersionAndNotBeyondTheHistory() throws Exception {
        long from = put("a").at("/metadata/resourceVersion").asLong();
        put("b");
        put("c");
        List<String> heard = new CopyOnWriteArrayList<>();
        assertThat(store.watchFrom("/things", from, change -> heard.add(change.key().name())))
                .isNotNull();
        await().until(() -> heard.equals(List.of("b", "c")));
        put("d");
        put("e");
        put("f");
        assertThatThrownBy(() -> store.watchFrom("/things", from, change -> {}))
                .isInstanceOf(TooOld.class)
                .hasMessageContaining("too old resource version: " + from);
    }

    @Test
    void whatWasBeforeItsFirstVersionIsTooOld() {
        assertThatThrownBy(() -> store.watchFrom("/things", 1, change -> {}))
                .isInstanceOf(TooOld.class)
                .hasMessage("too old resource version: 1 (1000)");
    }

    @Test
    void listsAsItWas() throws Exception {
        put("a");
        long then = put("b").at("/metadata/resourceVersion").asLong();
        assertThat(store.remove(key("a"), store.get(key("a")).orElseThrow())).isPresent();
        put("c");
        assertThat(store.listAt("/things", "", then).objects())
                .extracting(object -> object.at("/metadata/name").asText())
                .containsExactly("a", "b");
    }
}
