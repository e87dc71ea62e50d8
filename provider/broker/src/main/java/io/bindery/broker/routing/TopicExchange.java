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
  void reach(Publication publication, Routing into) {
    reach(publication.route().routingKey(), publication, into);
    for (String key : publication.route().copies()) {
      reach(key, publication, into);
    }
  }

  private void reach(String key, Publication publication, Routing into) {
    Walk walk = new Walk();
    walk.enter(root);
    int from = 0;
    // The empty key has no words, as the pattern "" has none.
    boolean more = !key.isEmpty();
    while (more && !walk.isLost()) {
      int dot = key.indexOf('.', from);
      more = dot >= 0;
      walk.pass(key.substring(from, more ? dot : key.length()));
      from = dot + 1;
    }
    walk.reach(publication, into);
  }

  @Override
  void insert(Bound bound) {
    Node node = root;
    for (String word : words(bound)) {
      node = node.childMade(word);
    }
    node.bounds.add(bound);
  }

  @Override
  void remove(Bound bound) {
    String[] words = words(bound);
    List<Node> path = new ArrayList<>(words.length + 1);
    path.add(root);
    for (String word : words) {
      path.add(path.get(path.size() - 1).child(word));
    }
    path.get(words.length).bounds.remove(bound);
    for (int i = words.length; i > 0 && path.get(i).isEmpty(); i--) {
      path.get(i - 1).forget(words[i - 1]);
    }
  }

  private static String[] words(Bound bound) {
    String pattern = bound.binding().routingKey();
    return pattern.isEmpty() ? new String[0] : pattern.split("\\.", -1);
  }

  /** One key's way through the tree. */
  private static final class Walk {
    /** Nodes that the words so far lead to: each has one parent, so it comes once a word. */
    private List<Node> nodes = new ArrayList<>(4);

    private List<Node> next = new ArrayList<>(4);

    /** Nodes of a {@code #}: once entered they stay, for they match whatever follows. */
    private final Distinct<Node> hashes = new Distinct<>();

    /** Adds a node for the next word and, since it may stand for no word, the # below it. */
    private void enter(Node node) {
      nodes.add(node);
      Node hash = node.hash;
      while (hash != null && hashes.add(hash)) {
        hash = hash.hash;
      }
    }

    boolean isLost() {
      return nodes.isEmpty() && hashes.size() == 0;
    }

    void pass(String word) {
      List<Node> before = nodes;
      nodes = next;
      next = before;
      // What this word enters has not matched it.
      int entered = hashes.size();
      for (int i = 0; i < before.size(); i++) {
        follow(before.get(i), word);
      }
      for (int i = 0; i < entered; i++) {
        follow(hashes.get(i), word);
      }
      before.clear();
    }

    private void follow(Node node, String word) {
      Node child = node.children.get(word);
      if (child != null) {
        enter(child);
      }
      Node star = node.star;
      if (star != null) {
        enter(star);
      }
    }

    void reach(Publication publication, Routing into) {
      for (int i = 0; i < nodes.size(); i++) {
        nodes.get(i).bounds.route(publication, into);
      }
      for (int i = 0; i < hashes.size(); i++) {
        hashes.get(i).bounds.route(publication, into);
      }
    }
  }

  /** One word of the patterns that share the words before it. */
  private static final class Node {
    private final Map<String, Node> children = new ConcurrentHashMap<>(2);
    private final Bounds bounds = new Bounds();
    private volatile Node star;
    private volatile Node hash;

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
        child = new Node();
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
