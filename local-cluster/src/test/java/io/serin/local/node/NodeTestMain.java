// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs scenarios in the namespaces that it was started in. Prints one line for each: {@code ok
 * NAME} or {@code failed NAME} with the stack in the lines after it.
 */
final class NodeTestMain {

    private static final Map<Class<?>, Function<NodeStage, Object>> SCENARIOS =
            Map.of(
                    LifeScenarios.class, LifeScenarios::new,
                    SurroundingsScenarios.class, SurroundingsScenarios::new);

    private NodeTestMain() {}

    /** All that can be run; a name is that of one. */
    static Stream<Method> scenarios() {
        return SCENARIOS.keySet().stream()
                .flatMap(scenarios -> Arrays.stream(scenarios.getDeclaredMethods()))
                .filter(method ->
                        !Modifier.isStatic(method.getModifiers())
                                && !method.isSynthetic()
                                && method.getParameterCount() == 0);
    }

    public static void main(String... arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        try (NodeStage stage = new NodeStage(home);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            if (arguments[1].equals("holdsAPod")) {
                holdsAPod(stage);
                return;
            }
            Map<String, Future<String>> results = new LinkedHashMap<>();
            for (int i = 1; i < arguments.length; i++) {
                String name = arguments[i];
                Method scenario =
                        scenarios()
                                .filter(method -> method.getName().equals(name))
                                .findFirst()
                                .orElseThrow();
                Object scenarios =
                        requireNonNull(SCENARIOS.get(scenario.getDeclaringClass())).apply(stage);
                Callable<String> run = () -> run(scenario, scenarios);
                results.put(name, threads.submit(run));
            }
            for (Map.Entry<String, Future<String>> result : results.entrySet()) {
                String failure = result.getValue().get();
                System.out.println((failure.isEmpty() ? "ok " : "failed ") + result.getKey());
                failure.lines().forEach(line -> System.out.println("  " + line));
            }
        }
        System.exit(0);
    }

    private static String run(Method scenario, Object scenarios) {
        try {
            scenario.invoke(scenarios);
            return "";
        } catch (InvocationTargetException failed) {
            java.io.StringWriter stack = new java.io.StringWriter();
            requireNonNullElse(failed.getCause(), failed)
                    .printStackTrace(new java.io.PrintWriter(stack));
            return stack.toString();
        } catch (IllegalAccessException bug) {
            return bug.toString();
        }
    }

    /** Not one of the scenarios by itself: it never ends. */
    private static void holdsAPod(NodeStage stage) throws InterruptedException {
        stage.pod("held", "{containers: [{name: main, image: 'tools:1'}]}");
        stage.awaitReady("held");
        System.out.println("holding");
        Thread.sleep(Duration.ofMinutes(5));
    }
}
