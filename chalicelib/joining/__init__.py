"""How people become clients, and how two records of one become one."""
