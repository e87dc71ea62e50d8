package io.bindery.broker.routing;

import io.bindery.engine.ExchangeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reaches what is bound with a pattern that matches the routing key: {@code *} stands for one word,
 * {@code #} for any number of words (AMQP 0-9-1, 3.1.3.3).
 *
 * <p>The patterns are a tree of words. A key walks it as a set of nodes, a word at a time, so the
 * cost is that of the nodes that match, however many bindings there are and however the {@code #}
 * are placed.
 */
final class TopicExchange extends Exchange {
  private final Node root = new Node();

  TopicExchange(ExchangeSpec spec) {
    super(spec);
  }

  @Override
  public void route(Publication publication, Routing into) {
    List<Node> nodes = new ArrayList<>(8);
    enter(root, nodes);
    String key = publication.route().routingKey();
    int from = 0;
    // The empty key has no words, as the pattern "" has none.
    boolean more = !key.isEmpty();
    while (more && !nodes.isEmpty()) {
      int dot = key.indexOf('.', from);
      more = dot >= 0;
      nodes = step(nodes, key.substring(from, more ? dot : key.length()));
      from = dot + 1;
    }
    for (Node node : nodes) {
      node.bounds.route(publication, into);
    }
  }

  private static List<Node> step(List<Node> nodes, String word) {
    List<Node> next = new ArrayList<>(8);
    for (Node node : nodes) {
      if (node.any) {
        enterOnce(node, next);
      }
      enterIfThere(node.children.get(word), next);
      enterIfThere(node.star, next);
    }
    return next;
  }

  private static void enterIfThere(Node node, List<Node> nodes) {
    if (node != null) {
      enter(node, nodes);
    }
  }

  /** Adds a node and, since it may stand for no word at all, the {@code #} below it. */
  private static void enter(Node node, List<Node> nodes) {
    nodes.add(node);
    Node hash = node.hash;
    if (hash != null) {
      enterOnce(hash, nodes);
    }
  }

  /**
   * A {@code #} node is reached from itself and from its parent; every other one only from its
   * parent.
   */
  private static void enterOnce(Node node, List<Node> nodes) {
    if (!nodes.contains(node)) {
      enter(node, nodes);
    }
  }

  @Override
  void insert(Bound bound) {
    Node node = root;
    for (String word : words(bound.binding().routingKey())) {
      node = node.childMade(word);
    }
    node.bounds.add(bound);
  }

  @Override
  void remove(Bound bound) {
    remove(root, words(bound.binding().routingKey()), 0, bound);
  }

  private static void remove(Node node, String[] words, int depth, Bound bound) {
    if (depth == words.length) {
      node.bounds.remove(bound.binding());
      return;
    }
    Node child = node.child(words[depth]);
    remove(child, words, depth + 1, bound);
    if (child.isEmpty()) {
      node.forget(words[depth]);
    }
  }

  private static String[] words(String pattern) {
    return pattern.isEmpty() ? new String[0] : pattern.split("\\.", -1);
  }

  /** One word of the patterns that share the words before it. */
  private static final class Node {
    private final Map<String, Node> children = new ConcurrentHashMap<>(2);
    private final BoundList bounds = new BoundList();
    private final boolean any;
    private volatile Node star;
    private volatile Node hash;

    Node() {
      this(false);
    }

    Node(boolean any) {
      this.any = any;
    }

    Node child(String word) {
      return switch (word) {
        case "*" -> star;
        case "#" -> hash;
        default -> children.get(word);
      };
    }

    Node childMade(String word) {
      Node child = child(word);
      if (child == null) {
        child = new Node(word.equals("#"));
        switch (word) {
          case "*" -> star = child;
          case "#" -> hash = child;
          default -> children.put(word, child);
        }
      }
      return child;
    }

    void forget(String word) {
      switch (word) {
        case "*" -> star = null;
        case "#" -> hash = null;
        default -> children.remove(word);
      }
    }

    boolean isEmpty() {
      return bounds.isEmpty() && children.isEmpty() && star == null && hash == null;
    }
  }
}
