package io.bindery.broker.tools;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a command, understood: operands in their order, options in any. An option's
 * value is the next argument, or stands behind a {@code =}; behind {@code --} all are operands.
 */
final class Arguments {
  private final Syntax syntax;
  private final List<String> operands = new ArrayList<>();
  private final Map<String, String> options = new HashMap<>();

  /**
   * What a command takes.
   *
   * @param command its name
   * @param required the operands that it needs, by the names that its help gives them
   * @param optional those that it may have behind them
   * @param values options that have a value
   * @param flags options that have none
   */
  record Syntax(
      String command,
      List<String> required,
      List<String> optional,
      List<String> values,
      List<String> flags) {}

  private Arguments(Syntax syntax) {
    this.syntax = syntax;
  }

  /**
   * Understands them.
   *
   * @throws ToolException that names the argument that is wrong or missing
   */
  static Arguments parse(Syntax syntax, List<String> given) throws ToolException {
    Arguments arguments = new Arguments(syntax);
    Deque<String> rest = new ArrayDeque<>(given);
    boolean options = true;
    while (!rest.isEmpty()) {
      String next = rest.poll();
      if (options && next.equals("--")) {
        options = false;
      } else if (options && next.startsWith("--")) {
        arguments.option(next, rest);
      } else if (options && next.startsWith("-") && next.length() > 1) {
        throw arguments.unknown(next);
      } else {
        arguments.operand(next);
      }
    }
    if (arguments.operands.size() < syntax.required.size()) {
      throw arguments.wrong(syntax.required.get(arguments.operands.size()) + " is missing");
    }
    return arguments;
  }

  private void operand(String value) throws ToolException {
    if (operands.size() == syntax.required.size() + syntax.optional.size()) {
      throw wrong("'" + value + "' is one argument too many");
    }
    if (value.isEmpty()) {
      throw wrong("an argument is empty");
    }
    operands.add(value);
  }

  private void option(String argument, Deque<String> rest) throws ToolException {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    String value = "";
    if (syntax.values.contains(name)) {
      value = equals < 0 ? rest.poll() : argument.substring(equals + 1);
      if (value == null || value.isEmpty()) {
        throw wrong(name + " needs a value");
      }
    } else if (!syntax.flags.contains(name)) {
      throw unknown(name);
    } else if (equals >= 0) {
      throw wrong(name + " takes no value");
    }
    if (options.put(name, value) != null) {
      throw wrong(name + " is given twice");
    }
  }

  private ToolException unknown(String name) {
    List<String> known = new ArrayList<>(syntax.values);
    known.addAll(syntax.flags);
    return wrong(
        "there is no option "
            + name
            + (known.isEmpty() ? "" : "; there are " + String.join(", ", known)));
  }

  private ToolException wrong(String what) {
    return ToolException.usage(
        syntax.command
            + ": "
            + what
            + ". See: "
            + StoreTool.NAME
            + " "
            + syntax.command
            + " --help");
  }

  /** An operand by its index; null when an optional one is not there. */
  String operand(int index) {
    return index < operands.size() ? operands.get(index) : null;
  }

  /** An option's value, or what stands for it. */
  String value(String option, String otherwise) {
    return options.getOrDefault(option, otherwise);
  }

  /** The value of an option that must be there. */
  String needed(String option) throws ToolException {
    String value = options.get(option);
    if (value == null) {
      throw wrong(option + " is missing");
    }
    return value;
  }

  /** Whether a flag is there. */
  boolean has(String flag) {
    return options.containsKey(flag);
  }
}
