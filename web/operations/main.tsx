import { start } from '../shared/app/start.tsx';
import { OperationsApp } from './operations-app.tsx';
import { operationsPaths } from './paths.ts';
import 'uplot/dist/uPlot.min.css';
import './style/forms.css';
import './style/plans.css';
import './style/tables.css';
import './style/stats.css';
import './style/rooms.css';
import './style/doors.css';

start(<OperationsApp />, Object.values(operationsPaths));
