/* Comfort on top of pages that work without it. */
import { closeMenusOutside, foldNavigation } from "./navigation.js";
import { cleanFilters } from "./filters.js";
import { focusErrors, guardUnsaved } from "./forms.js";
import { openRows } from "./rows.js";

foldNavigation();
closeMenusOutside();
cleanFilters();
focusErrors();
guardUnsaved();
openRows();
