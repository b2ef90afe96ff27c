"""How offices let something out: 拟稿 → 校对 → 保密审查 → 审签, then it is published."""
