/* A table pasted into the text of an article becomes a table block below that text; the rest of the paste stays text.
   Draftail itself would turn the cells into loose paragraphs. */
(function () {
  function cells(table) {
    var rows = [];
    table.querySelectorAll("tr").forEach(function (row) {
      var line = [];
      row.querySelectorAll("th, td").forEach(function (cell) {
        line.push(cell.textContent.trim());
        for (var more = 1; more < cell.colSpan; more += 1) line.push("");
      });
      rows.push(line);
    });
    var width = Math.max.apply(null, rows.map(function (line) { return line.length; }));
    return rows.map(function (line) {
      while (line.length < width) line.push("");
      return line;
    });
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
      return cells(table);
    });
    if (page.body.textContent.trim()) {
      // The rest is pasted as if there had been no table: this listener lets it pass.
      var rest = new DataTransfer();
      rest.setData("text/html", page.body.innerHTML);
      rest.setData("text/plain", page.body.textContent.trim());
      event.target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: rest, bubbles: true, cancelable: true }));
    }
    grids.forEach(function (data, number) {
      var headed = data.length > 1 && data[0].every(Boolean);
      body.insert(
        {
          type: "table",
          value: {
            data: data, cell: [], mergeCells: [], first_row_is_table_header: headed, first_col_is_header: false,
            table_header_choice: headed ? "row" : "", table_caption: "",
          },
        },
        (place < 0 ? body.children.length - 1 : place) + 1 + number,
        { focus: number === 0 }
      );
    });
  }, true);
})();
