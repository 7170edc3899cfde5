// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import static java.util.Objects.requireNonNullElse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs scenarios in the namespaces that it was started in. Prints one line for each: {@code ok
 * NAME} or {@code failed NAME} with the stack in the lines after it.
 */
final class NodeTestMain {

    private NodeTestMain() {}

    public static void main(String... arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        try (NodeStage stage = new NodeStage(home);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            if (arguments[1].equals("holdsAPod")) {
                NodeScenarios.holdsAPod(stage);
                return;
            }
            Map<String, Future<String>> results = new LinkedHashMap<>();
            for (int i = 1; i < arguments.length; i++) {
                Method scenario = NodeScenarios.class.getDeclaredMethod(arguments[i]);
                Callable<String> run = () -> run(scenario, new NodeScenarios(stage));
                results.put(arguments[i], threads.submit(run));
            }
            for (Map.Entry<String, Future<String>> result : results.entrySet()) {
                String failure = result.getValue().get();
                System.out.println((failure.isEmpty() ? "ok " : "failed ") + result.getKey());
                failure.lines().forEach(line -> System.out.println("  " + line));
            }
        }
        System.exit(0);
    }

    private static String run(Method scenario, NodeScenarios scenarios) {
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
}
