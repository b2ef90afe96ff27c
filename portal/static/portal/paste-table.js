/* A table pasted into the text of an article becomes a table block below that text; the rest of the paste stays text.
   Draftail itself would turn the cells into loose paragraphs. */
(function () {
  /* Cells by row and column, as intake/document.py puts them: a cell that reaches down keeps its place in later rows. */
  function grid(table) {
    var rows = Array.prototype.filter.call(table.querySelectorAll("tr"), function (row) {
      return row.closest("table") === table;
    });
    var data = rows.map(function () { return []; });
    var merges = [], hidden = [];
    rows.forEach(function (row, y) {
      var x = 0;
      Array.prototype.forEach.call(row.cells, function (cell) {
        while (data[y][x] !== undefined) x += 1;
        // 0 means down to the end.
        var down = Math.min(cell.rowSpan || rows.length, rows.length - y), across = cell.colSpan;
        for (var dy = 0; dy < down; dy += 1) {
          for (var dx = 0; dx < across; dx += 1) {
            data[y + dy][x + dx] = dx || dy ? "" : cell.textContent.trim();
            if (dx || dy) hidden.push({ row: y + dy, col: x + dx, hidden: true });
          }
        }
        if (down > 1 || across > 1) merges.push({ row: y, col: x, rowspan: down, colspan: across });
        x += across;
      });
    });
    var width = Math.max.apply(null, data.map(function (line) { return line.length; }));
    data = data.map(function (line) {
      return Array.from({ length: width }, function (_, x) { return line[x] || ""; });
    });
    return { data: data, merges: merges, hidden: hidden };
  }

  function stream() {
    var panel = window.wagtail && window.wagtail.editHandler && window.wagtail.editHandler.getPanelByName("body");
    var widget = panel && panel.getBoundWidget && panel.getBoundWidget();
    return widget && widget.children && widget.insert ? widget : null;
  }

  document.addEventListener("paste", function (event) {
    var html = event.clipboardData && event.clipboardData.getData("text/html");
    if (!html || html.indexOf("<table") < 0 || !event.target.closest(".Draftail-Editor")) return;
    var body = stream();
    if (!body) return;
    var page = new DOMParser().parseFromString(html, "text/html");
    var tables = page.querySelectorAll("table");
    var place = body.children.findIndex(function (child) {
      return child.element ? child.element.contains(event.target) : false;
    });
    if (place < 0) {
      var boxes = Array.prototype.slice.call(document.querySelectorAll("[data-streamfield-child]"));
      place = boxes.findIndex(function (box) { return box.contains(event.target); });
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    var grids = Array.prototype.map.call(tables, function (table) {
      table.remove();
      return grid(table);
    });
    if (page.body.textContent.trim()) {
      // The rest is pasted as if there had been no table: this listener lets it pass.
      var rest = new DataTransfer();
      rest.setData("text/html", page.body.innerHTML);
      rest.setData("text/plain", page.body.textContent.trim());
      event.target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: rest, bubbles: true, cancelable: true }));
    }
    grids.forEach(function (each, number) {
      var data = each.data;
      var headed = data.length > 1 && data[0].every(Boolean)
        && !each.merges.some(function (merge) { return merge.row === 0; });
      body.insert(
        {
          type: "table",
          value: {
            data: data, cell: each.hidden, mergeCells: each.merges, first_row_is_table_header: headed,
            first_col_is_header: false,
            table_header_choice: headed ? "row" : "", table_caption: "",
          },
        },
        (place < 0 ? body.children.length - 1 : place) + 1 + number,
        { focus: number === 0 }
      );
    });
  }, true);
})();
